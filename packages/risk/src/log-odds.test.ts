import { expect, test } from 'vitest'
import { logOdds, probability } from './log-odds.ts'

test('a probability is never 0 and never 1', () => {
  for (const logit of [-Infinity, -1e9, -40, 0, 40, 1e9, Infinity]) {
    expect(probability(logit)).toBeGreaterThan(0)
    expect(probability(logit)).toBeLessThan(1)
  }
})

test('log-odds and probability undo each other', () => {
  for (const p of [0.001, 0.25, 0.5, 0.999]) expect(probability(logOdds(p))).toBeCloseTo(p, 12)
})
