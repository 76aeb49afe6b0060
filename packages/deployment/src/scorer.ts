import { readFileSync } from 'node:fs'
import { createScorer, parseModel, type Scorer, starterModel } from '@perennial/risk'
import { Fault, messageOf } from '@perennial/runtime'

/**
 * The scorer of a model file, or of the starter model where none is named. Throws a Fault (`config`) that lists
 * everything wrong with the file. All services must name the same file: explanations would explain another score.
 */
export function readScorer(file: string | undefined): Scorer {
  if (file === undefined) return createScorer(starterModel())
  const parsed = parseModel(readJson(file))
  if (parsed.kind === 'ok') return createScorer(parsed.model)
  const problems = parsed.problems.map(({ path, reason }) => `${path}: ${reason}`)
  throw new Fault('config', `PERENNIAL_MODEL is '${file}', which is no model:\n  - ${problems.join('\n  - ')}`, {
    details: problems.map((problem) => `PERENNIAL_MODEL is '${file}': ${problem}`),
  })
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    const message = `PERENNIAL_MODEL is '${file}', which cannot be read as JSON: ${messageOf(error)}`
    throw new Fault('config', message, { cause: error, details: [message] })
  }
}
