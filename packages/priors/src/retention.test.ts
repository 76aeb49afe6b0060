import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type BetaDiscreteWeibull,
  lapseLogOdds,
  remainingTerms,
  retentionRate,
  type ShiftedBetaGeometric,
  survival,
} from './retention.ts'

const sbg = (alpha: number, beta: number): ShiftedBetaGeometric => ({ kind: 'shifted-beta-geometric', alpha, beta })
const bdw = (gamma: number, delta: number, c: number): BetaDiscreteWeibull => ({
  kind: 'beta-discrete-weibull',
  gamma,
  delta,
  c,
})

// Fitted to years 0..7 of the survival tables in Fader & Hardie 2007; shared/data/retention-tables holds the figures.
const HIGH_END = sbg(0.66809, 3.80609)
const REGULAR = sbg(0.70408, 1.18204)

describe('shifted-beta-geometric retention', () => {
  test.each([
    ['High End', HIGH_END, [0.85068, 0.87796, 0.89681, 0.91061]],
    ['Regular', REGULAR, [0.62671, 0.75605, 0.81882, 0.8559]],
  ])('rates of years 1 to 4: %s', (_, model, rates) => {
    rates.forEach((rate, k) => expect(retentionRate(model, k + 1)).toBeCloseTo(rate, 4))
  })

  test.each([
    ['High End', HIGH_END, [0.4604, 0.4358, 0.4142, 0.3951, 0.378]],
    ['Regular', REGULAR, [0.2201, 0.2044, 0.1912, 0.1799, 0.17]],
  ])('survival of years 8 to 12, held out: %s', (_, model, shares) => {
    shares.forEach((share, k) => expect(survival(model, k + 8)).toBeCloseTo(share, 4))
  })

  test.each([
    ['High End after 7 renewals', HIGH_END, 8, 7.52963],
    ['High End after 6 renewals', HIGH_END, 7, 7.34472],
    ['Regular after 7 renewals', REGULAR, 8, 6.84231],
    ['Regular after 6 renewals', REGULAR, 7, 6.57566],
  ])('discounted remaining terms at 10 %%: %s', (_, model, year, terms) => {
    expect(remainingTerms(model, year, 0.1)).toBeCloseTo(terms, 4)
  })
})

test.each([
  ['shifted-beta-geometric', HIGH_END],
  ['beta-discrete-Weibull', bdw(0.2143, 1.4266, 1.7236)],
])('the log-odds are those of not renewing: %s', (_, model) => {
  for (let year = 1; year < 30; year++) {
    const lapse = 1 - retentionRate(model, year)
    expect(lapseLogOdds(model, year)).toBeCloseTo(Math.log(lapse / (1 - lapse)), 11)
  }
})

test('with gamma = 1 the Weibull has a closed form: delta / (delta + t^c) are left', () => {
  for (let t = 1; t < 30; t++) expect(survival(bdw(1, 2.5, 1.7), t)).toBeCloseTo(2.5 / (2.5 + t ** 1.7), 14)
})

const shape = fc.double({ min: 0.01, max: 1_000, noNaN: true })

test('with c = 1 the Weibull is the geometric', () => {
  fc.assert(
    fc.property(shape, shape, fc.integer({ min: 1, max: 60 }), (alpha, beta, year) => {
      const rate = retentionRate(sbg(alpha, beta), year)
      expect(retentionRate(bdw(alpha, beta, 1), year)).toBeCloseTo(rate, 11)
      expect(lapseLogOdds(bdw(alpha, beta, 1), year)).toBeCloseTo(lapseLogOdds(sbg(alpha, beta), year), 8)
    }),
  )
})

test('rates stay within 0..1 and log-odds stay numbers, however extreme the Weibull', () => {
  // Beyond what a fit looks at, up to where differences drown in rounding.
  const extreme = fc.double({ min: Math.log(1e-6), max: Math.log(1e14), noNaN: true }).map(Math.exp)
  const power = fc.double({ min: 0.05, max: 20, noNaN: true })
  fc.assert(
    fc.property(extreme, extreme, power, fc.integer({ min: 1, max: 60 }), (gamma, delta, c, year) => {
      const rate = retentionRate(bdw(gamma, delta, c), year)
      return rate >= 0 && rate <= 1 && Number.isFinite(lapseLogOdds(bdw(gamma, delta, c), year))
    }),
  )
})

test('members who tire (c > 1) renew less each year than those who only differ (c = 1), from the same first year on', () => {
  for (let year = 2; year < 20; year++)
    expect(retentionRate(bdw(0.5, 2, 1.5), year)).toBeLessThan(retentionRate(bdw(0.5, 2, 1), year))
})
