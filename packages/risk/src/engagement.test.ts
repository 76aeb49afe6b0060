import { expect, test } from 'vitest'
import { percentile, percentileTable } from './engagement.ts'
import { starterModel } from './starter-model.ts'
import { simulatedEngagement } from './testing/simulated-members.ts'

const scale = (values: readonly number[]) => ({ percentiles: { version: 1, source: 'a test', values } })

test.each([
  ['below all', [1, 2, 3], 0, 0],
  ['the least', [1, 2, 3], 1, 0],
  ['between points', [0, 2, 4], 1, 25],
  ['on a point', [0, 2, 4], 2, 50],
  ['the most', [0, 2, 4], 4, 100],
  ['above all', [0, 2, 4], 9, 100],
  ['one of many with nothing at all', [0, 0, 0, 2, 4], 0, 25],
  ['in a run of equals', [0, 1, 1, 1, 2], 1, 50],
])('%s', (_, values, sum, expected) => {
  expect(percentile(scale(values), sum)).toBeCloseTo(expected, 10)
})

test('more engagement never ranks lower', () => {
  const { engagement } = starterModel()
  let before = 0
  for (let sum = 0; sum < 20; sum += 0.01) {
    const rank = percentile(engagement, sum)
    expect(rank).toBeGreaterThanOrEqual(before)
    before = rank
  }
})

test('the starter model holds the table that its script prints', () => {
  const model = starterModel()
  expect(model.engagement.percentiles.values).toEqual(percentileTable(simulatedEngagement(model)))
})
