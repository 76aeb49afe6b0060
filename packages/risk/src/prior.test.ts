import { YEAR_MS } from '@perennial/member'
import { day, rowOf } from '@perennial/features/testing'
import { describe, expect, test } from 'vitest'
import { lapseLogOdds, membershipYear, remainingTerms, type Retention, retentionRate, survival } from './prior.ts'

// Fitted to years 0..7 of the survival tables in Fader & Hardie 2007; shared/data/retention-tables holds the figures.
const HIGH_END: Retention = { alpha: 0.66809, beta: 3.80609 }
const REGULAR: Retention = { alpha: 0.70408, beta: 1.18204 }

describe('shifted-beta-geometric retention', () => {
  test.each([
    ['High End', HIGH_END, [0.85068, 0.87796, 0.89681, 0.91061]],
    ['Regular', REGULAR, [0.62671, 0.75605, 0.81882, 0.8559]],
  ])('rates of years 1 to 4: %s', (_, retention, rates) => {
    rates.forEach((rate, k) => expect(retentionRate(retention, k + 1)).toBeCloseTo(rate, 4))
  })

  test.each([
    ['High End', HIGH_END, [0.4604, 0.4358, 0.4142, 0.3951, 0.378]],
    ['Regular', REGULAR, [0.2201, 0.2044, 0.1912, 0.1799, 0.17]],
  ])('survival of years 8 to 12, held out: %s', (_, retention, shares) => {
    shares.forEach((share, k) => expect(survival(retention, k + 8)).toBeCloseTo(share, 4))
  })

  test.each([
    ['High End after 7 renewals', HIGH_END, 8, 7.52963],
    ['High End after 6 renewals', HIGH_END, 7, 7.34472],
    ['Regular after 7 renewals', REGULAR, 8, 6.84231],
    ['Regular after 6 renewals', REGULAR, 7, 6.57566],
  ])('discounted remaining terms at 10 %%: %s', (_, retention, year, terms) => {
    expect(remainingTerms(retention, year, 0.1)).toBeCloseTo(terms, 4)
  })

  test('the log-odds are those of not renewing', () => {
    for (let year = 1; year < 30; year++) {
      const lapse = 1 - retentionRate(HIGH_END, year)
      expect(lapseLogOdds(HIGH_END, year)).toBeCloseTo(Math.log(lapse / (1 - lapse)), 12)
    }
  })
})

const yearsAgo = (years: number) => day(0) - years * YEAR_MS

test.each([
  ['nothing known', rowOf({}), 1],
  ['first term', rowOf({ joinedAt: yearsAgo(0.5), termStart: yearsAgo(0.5) }), 1],
  ['renewed three times', rowOf({ joinedAt: yearsAgo(3), termStart: yearsAgo(0), renewals: 3 }), 4],
  ['imported without renewals', rowOf({ joinedAt: yearsAgo(5), termStart: yearsAgo(0) }), 6],
  ['a term that starts a week early', rowOf({ joinedAt: yearsAgo(5), termStart: yearsAgo(0.02) }), 6],
  ['joined, term unknown', rowOf({ joinedAt: yearsAgo(5) }), 1],
  ['very long', rowOf({ renewals: 80 }), 60],
])('year of membership: %s', (_, rows, year) => {
  expect(membershipYear(rows, 0)).toBe(year)
})
