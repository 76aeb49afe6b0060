// CPU time of fitting and scoring: node packages/learning/bench/fit.ts [members a cut-off]
import { choose, fitBoosted, fitHazard, pooled, predictorOf, type LapseModel } from '../src/index.ts'
import { membersOf } from '../src/testing/worlds.ts'

const CUT_OFFS = 4
const COLUMNS = 40
const n = Number(process.argv[2] ?? 100_000)

const logit = ([a = 0, b = 0, c = 0, d = 0]: readonly number[]) => a + 0.5 * b + 0.3 * c * d - 1
const tables = Array.from({ length: CUT_OFFS }, (_, k) => membersOf({ n, seed: 2 * k, columns: COLUMNS, logit }).table)
const whole = pooled(tables)

function time<T>(name: string, call: () => T): T {
  const start = process.cpuUsage()
  const result = call()
  const { user, system } = process.cpuUsage(start)
  process.stdout.write(`${name.padEnd(34)} ${((user + system) / 1e6).toFixed(2)} s\n`)
  return result
}

process.stdout.write(`${whole.n} rows × ${COLUMNS} columns\n`)
const hazard = time('hazard', () => fitHazard(whole, { lambda: COLUMNS }))
const boosted = time('boosted, 150 trees of depth 2', () => fitBoosted(whole, { rounds: 150 }))
const choice = time('choose', () => choose(tables, { recency: 'x0' }))
process.stdout.write(`${choice.explanation.join('\n')}\n`)

const CALLS = 1_000_000

function timeScores(name: string, model: LapseModel): void {
  const { names, logit } = predictorOf(model)
  const contributions = new Float64Array(names.length)
  const values = new Float64Array(names.length)
  // The sum is printed, so that nothing can be optimised away.
  let sum = 0
  const start = process.cpuUsage()
  for (let i = 0; i < CALLS; i++) {
    values[i % values.length] = (i % 7) - 3
    sum += logit(values, 0, contributions)
  }
  const { user, system } = process.cpuUsage(start)
  process.stdout.write(`${name.padEnd(34)} ${((user + system) / CALLS).toFixed(2)} µs (${sum.toExponential(2)})\n`)
}

timeScores('score with contributions, hazard', hazard)
timeScores('score with contributions, boosted', boosted)
