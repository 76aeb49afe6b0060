import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { logGamma, logGammaRatio } from './log-gamma.ts'

describe('ln Γ', () => {
  test.each([
    [1, 0],
    [2, 0],
    [0.5, 0.5 * Math.log(Math.PI)],
    [1.5, Math.log(Math.sqrt(Math.PI) / 2)],
    [11, Math.log(3_628_800)],
    [171, 706.573_062_245_787],
    [1e-9, -Math.log(1e-9) - 0.5772156649015329e-9],
    [1e6, 12_815_504.569147611],
  ])('of %f', (x, expected) => {
    expect(logGamma(x)).toBeCloseTo(expected, expected > 1e6 ? 7 : 12)
  })

  test('Γ(x + 1) = x Γ(x)', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-4, max: 1e4, noNaN: true }), (x) => {
        const left = logGamma(x + 1)
        expect(Math.abs(left - logGamma(x) - Math.log(x))).toBeLessThan(1e-13 * (10 + Math.abs(left)))
      }),
    )
  })

  test("Legendre's duplication: Γ(x) Γ(x + ½) = 2^(1 − 2x) √π Γ(2x)", () => {
    for (let x = 0.05; x < 40; x *= 1.1) {
      const right = (1 - 2 * x) * Math.LN2 + 0.5 * Math.log(Math.PI) + logGamma(2 * x)
      expect(logGamma(x) + logGamma(x + 0.5)).toBeCloseTo(right, 11)
    }
  })
})

describe('ln Γ(x + a) − ln Γ(x)', () => {
  test('for a whole number is a sum of logarithms, even where ln Γ itself is 1e13', () => {
    for (const x of [0.3, 5, 9.9999, 10, 1e3, 1e8, 1e12]) {
      let sum = 0
      for (let j = 0; j < 5; j++) sum += Math.log(x + j)
      expect(logGammaRatio(x, 5)).toBeCloseTo(sum, 11)
    }
  })

  test('has no seam where the form changes, and is 0 for 0', () => {
    expect(logGammaRatio(10, 2.7)).toBeCloseTo(logGammaRatio(10 - 1e-13, 2.7), 11)
    expect(logGammaRatio(1234.5, 0)).toBe(0)
  })
})
