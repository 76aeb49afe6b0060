// CPU time of the scorer's calls: node packages/risk/bench/score.ts
import { SLOT } from '@perennial/member'
import { createScorer, starterModel } from '../src/index.ts'
import { SIMULATED_NOW, simulatedMembers } from '../src/testing/simulated-members.ts'

const ROUNDS = 2_000
const scorer = createScorer(starterModel())
const rows = simulatedMembers(500, 5)
for (let i = 0; i < rows.capacity; i++)
  rows.f64[i * rows.slots + SLOT.band] = scorer.nextBand(0, 0, scorer.lapseRisk(rows, i, SIMULATED_NOW), SIMULATED_NOW)

// The sum is printed, so that nothing can be optimised away.
function time(name: string, call: (i: number, at: number) => number, rounds = ROUNDS): void {
  let sum = 0
  for (let round = -rounds / 10; round < rounds; round++) {
    if (round === 0) process.stdout.write('')
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
    `${name.padEnd(12)} ${((user + system) / calls).toFixed(3)} µs a call, ${bytes.toFixed(1)} bytes left (${sum.toExponential(2)})\n`,
  )
}

time('logit', (i, at) => scorer.logit(rows, i, at))
time('lapseRisk', (i, at) => scorer.lapseRisk(rows, i, at))
time('nextCheck', (i, at) => scorer.nextCheck(rows, i, at))
time('score', (i, at) => scorer.score(rows, i, at).logit, ROUNDS / 10)
time('score + next', (i, at) => scorer.lapseRisk(rows, i, at) + scorer.nextCheckAsScored(rows, i))
