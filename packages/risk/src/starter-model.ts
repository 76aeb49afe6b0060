import type { Model } from './model.ts'
import starter from './models/starter-v1.json' with { type: 'json' }
import { parseModel } from './parse-model.ts'

/** The documented start model: good until a model has been trained on the association's own history. */
export function starterModel(): Model {
  const parsed = parseModel(starter)
  if (parsed.kind === 'ok') return parsed.model
  throw new Error(`The starter model is broken: ${parsed.problems.map((p) => `${p.path} ${p.reason}`).join('; ')}.`)
}
