import { expect, test } from 'vitest'
import { riskInterval } from './interval.ts'
import { probability } from './log-odds.ts'

test('95 % of a normal on the logit, then calibrated', () => {
  const calibration = { kind: 'platt', slope: 0.5, intercept: 1, n: 9, lapses: 3 } as const
  expect(riskInterval(calibration, { logit: -1, error: 0.5 })).toEqual({
    low: probability(0.5 * (-1 - 0.98) + 1),
    risk: probability(0.5),
    high: probability(0.5 * (-1 + 0.98) + 1),
  })
  const sure = riskInterval(calibration, { logit: 2, error: 0 })
  expect(sure.low).toBe(sure.high)
})
