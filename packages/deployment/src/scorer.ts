import type { Vocabulary } from '@perennial/member'
import { createScorer, parseModel, type Scorer, starterModel } from '@perennial/risk'
import { Fault } from '@perennial/runtime'
import { readJson } from './read-json.ts'

const SETTING = 'PERENNIAL_MODEL'

/**
 * The scorer of a model file, or of the starter model where none is named. Throws a Fault (`config`) that lists
 * everything wrong with the file, features of signals that the deployment does not name among it. All services must name the same file: explanations would explain another score.
 */
export function readScorer(file: string | undefined, vocabulary: Vocabulary): Scorer {
  if (file === undefined) return createScorer(starterModel(), vocabulary)
  return scorerFrom(readJson(SETTING, file), vocabulary, `${SETTING} is '${file}'`)
}

/** The scorer of a model's JSON. `what` begins the sentence of the Fault (`config`) that lists everything wrong with it. */
export function scorerFrom(json: unknown, vocabulary: Vocabulary, what: string): Scorer {
  const parsed = parseModel(json, vocabulary)
  if (parsed.kind === 'ok') return createScorer(parsed.model, vocabulary)
  const problems = parsed.problems.map(({ path, reason }) => `${path}: ${reason}`)
  throw new Fault('config', `${what}, which is no model here:\n  - ${problems.join('\n  - ')}`, {
    details: problems.map((problem) => `${what}: ${problem}`),
  })
}
