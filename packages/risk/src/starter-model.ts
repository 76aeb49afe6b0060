import type { StarterModel } from './model.ts'
import starter from './models/starter-v1.json' with { type: 'json' }
import { parseModel } from './parse-model.ts'

/** The documented start model: good until a model has been trained on the association's own history. */
export function starterModel(): StarterModel {
  const parsed = parseModel(starter)
  if (parsed.kind === 'ok' && parsed.model.kind === 'starter, not trained') return parsed.model
  const problems = parsed.kind === 'ok' ? [] : parsed.problems.map(({ path, reason }) => `${path} ${reason}`)
  throw new Error(`The starter model is broken: ${problems.join('; ')}.`)
}
