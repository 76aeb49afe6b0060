import { readFileSync } from 'node:fs'
import {
  DAY_MS,
  foldActivity,
  newRows,
  type OpenSignal,
  type Rows,
  type Vocabulary,
  vocabularyOf,
} from '@perennial/member'
import { createScorer, parseModel } from '@perennial/risk'
import { randomFrom } from '@perennial/testkit'

const NOW = Date.UTC(2025, 0, 1)
const MEMBERS = 500
const FACTS = 40
const WARM_UP = 40
const ROUNDS = 400

/** CPU time of one live score with its contributions, by the trained model of that file. */
export type LiveScore = Readonly<{ microseconds: number; features: number; form: string }>

export function liveScore(modelFile: string, signalsFile: string): LiveScore {
  const { signals } = JSON.parse(readFileSync(signalsFile, 'utf8')) as { signals: OpenSignal[] }
  const vocabulary = vocabularyOf(signals)
  const parsed = parseModel(JSON.parse(readFileSync(modelFile, 'utf8')), vocabulary)
  if (parsed.kind !== 'ok') throw new Error(`The model cannot be read: ${JSON.stringify(parsed.problems)}`)
  const scorer = createScorer(parsed.model, vocabulary)
  const rows = rowsOf(vocabulary)
  const numbers = new Float64Array(scorer.scoreSlots)
  let sum = 0
  const rounds = (from: number, to: number) => {
    for (let round = from; round < to; round++)
      for (let i = 0; i < MEMBERS; i++) {
        sum += scorer.lapseRisk(rows, i, NOW + round)
        scorer.writeAsScored(rows, i, numbers, 0)
      }
  }
  rounds(-WARM_UP, 0)
  const start = process.cpuUsage()
  rounds(0, ROUNDS)
  const { user, system } = process.cpuUsage(start)
  // Used, so that nothing can be optimised away.
  if (!(sum > 0)) throw new Error('Nobody is at risk: that is no score.')
  const { features, form } = parsed.model
  return { microseconds: (user + system) / (ROUNDS * MEMBERS), features: features.length, form }
}

/** Members who have done anything of all that can be done, in the last two years. */
function rowsOf(vocabulary: Vocabulary): Rows {
  const random = randomFrom(1)
  const rows = newRows(MEMBERS, vocabulary)
  for (let i = 0; i < MEMBERS; i++)
    for (let fact = 0; fact < FACTS; fact++) {
      const signal = Math.floor(random() * vocabulary.signals.length)
      const at = NOW - 730 * DAY_MS + ((fact + random()) * 730 * DAY_MS) / (FACTS + 1)
      foldActivity(rows, i, { at, idHi: i + 1, idLo: fact + 1, signal, amount: 1, trust: 1 }, false)
    }
  return rows
}
