/*
 * CPU time of the scorer's calls, of the starter and of trained models with 20 features:
 *   node packages/risk/bench/score.ts
 */
import { featuresFor } from '@perennial/features'
import { BUILT_IN, SLOT } from '@perennial/member'
import { createScorer, type Model, starterModel } from '../src/index.ts'
import { SIMULATED_NOW, simulatedMembers } from '../src/testing/simulated-members.ts'
import { BOOSTED, HAZARD } from '../src/testing/trained-models.ts'

const ROUNDS = 400
const FEATURES = featuresFor(BUILT_IN).list.slice(0, 20)
const TREES = 100

const scales = FEATURES.map(({ name }) => ({ name, mean: 1, sd: 1, reason: 'bench' }))
const room = {
  covariance: Array.from({ length: (21 * 22) / 2 }, (_, k) => (k % 3) / 1_000),
  engagement: { ...HAZARD.engagement, weights: { activity_365: 1 } },
}
const hazard: Model = {
  ...HAZARD,
  ...room,
  features: scales.map((scale, k) => ({ ...scale, weight: ((k % 5) - 2) / 10 })),
}
const boosted: Model = {
  ...BOOSTED,
  ...room,
  features: scales,
  trees: Array.from({ length: TREES }, (_, t) => ({
    columns: [t % 20, (3 * t + 1) % 20, (7 * t + 2) % 20],
    thresholds: [0.2 + ((t * 37) % 29) / 10, ((t * 11) % 17) / 12, ((t * 23) % 31) / 9],
    values: [-0.04, 0.02, -0.01, 0.05],
    shares: [0.25, 0.25, 0.25, 0.25],
  })),
}
const rows = simulatedMembers(500, 5)

for (const [name, model] of Object.entries({ starter: starterModel(), hazard, boosted })) {
  process.stdout.write(`${name}: ${model.features.length} features\n`)
  bench(model)
}

function bench(model: Model): void {
  const scorer = createScorer(model)
  for (let i = 0; i < rows.capacity; i++) {
    const risk = scorer.lapseRisk(rows, i, SIMULATED_NOW)
    rows.f64[i * rows.slots + SLOT.band] = scorer.nextBand(0, 0, risk, SIMULATED_NOW)
  }
  const numbers = new Float64Array(scorer.scoreSlots)
  time('logit', (i, at) => scorer.logit(rows, i, at))
  time('lapseRisk', (i, at) => scorer.lapseRisk(rows, i, at))
  time('nextCheck', (i, at) => scorer.nextCheck(rows, i, at))
  time('risk + next', (i, at) => scorer.lapseRisk(rows, i, at) + scorer.nextCheckAsScored(rows, i))
  time('with contributions', (i, at) => {
    const risk = scorer.lapseRisk(rows, i, at)
    scorer.writeAsScored(rows, i, numbers, 0)
    return risk
  })
  time('score', (i, at) => scorer.score(rows, i, at).logit)
}

// The sum is printed, so that nothing can be optimised away.
function time(name: string, call: (i: number, at: number) => number, rounds = ROUNDS): void {
  let sum = 0
  for (let round = -rounds / 10; round < 0; round++) {
    for (let i = 0; i < rows.capacity; i++) sum += call(i, SIMULATED_NOW + round)
  }
  const heap = process.memoryUsage().heapUsed
  const start = process.cpuUsage()
  for (let round = 0; round < rounds; round++)
    for (let i = 0; i < rows.capacity; i++) sum += call(i, SIMULATED_NOW + round)
  const { user, system } = process.cpuUsage(start)
  const calls = rounds * rows.capacity
  const bytes = Math.max(0, process.memoryUsage().heapUsed - heap) / calls
  process.stdout.write(
    `  ${name.padEnd(18)} ${((user + system) / calls).toFixed(3)} µs a call, ${bytes.toFixed(1)} bytes left (${sum.toExponential(2)})\n`,
  )
}
