import { describe, expect, test } from 'vitest'
import { ratePosterior } from './rate-posterior.ts'

describe('the posterior of a rate', () => {
  // From SciPy: stats.beta(successes + ½, failures + ½).ppf of .025, .5 and .975.
  test.each([
    [7, 0, [0.00007, 0.03087, 0.29244]],
    [5, 5, [0.62062, 0.95765, 0.99991]],
    [10, 9, [0.61869, 0.88565, 0.98899]],
    [100, 76, [0.6697, 0.75913, 0.83551]],
    [21_307, 3_894, [0.17761, 0.18276, 0.18799]],
  ])('of %i members with %i successes has the known quantiles', (members, successes, quantiles) => {
    const { below } = ratePosterior({ members, successes })
    const probabilities = quantiles.map(below)
    // The quantiles are rounded to five digits, hence so wide.
    expect(probabilities[0]).toBeCloseTo(0.025, 2)
    expect(probabilities[1]).toBeCloseTo(0.5, 2)
    expect(probabilities[2]).toBeCloseTo(0.975, 2)
  })

  test('before anything was seen is the arcsine law, which is known in closed form', () => {
    const { below } = ratePosterior({ members: 0, successes: 0 })
    for (let rate = 0; rate <= 1; rate += 0.01)
      expect(below(rate)).toBeCloseTo((2 / Math.PI) * Math.asin(Math.sqrt(rate)), 10)
  })

  test('after one success is the closed form of Beta(3/2, 1/2), to 1e-4', () => {
    const { below } = ratePosterior({ members: 1, successes: 1 })
    for (let rate = 0; rate <= 1; rate += 0.01) {
      const angle = Math.asin(Math.sqrt(rate))
      const known = (2 / Math.PI) * (angle - Math.sin(angle) * Math.cos(angle))
      expect(Math.abs(below(rate) - known)).toBeLessThan(1e-4)
    }
  })

  test('puts all its probability into cells that lie within 0..1', () => {
    const { rates, masses, below } = ratePosterior({ members: 3, successes: 3 })
    expect(masses.reduce((a, b) => a + b)).toBeCloseTo(1, 12)
    expect(rates.every((rate) => rate > 0 && rate < 1)).toBe(true)
    expect(below(-1)).toBe(0)
    expect(below(2)).toBe(1)
  })
})
