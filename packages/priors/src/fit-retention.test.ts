import { sharedData } from '@perennial/testkit'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Fit, type Fitted, standardError } from './fit.ts'
import { fitBetaDiscreteWeibull, fitShiftedBetaGeometric, retentionLogLikelihood } from './fit-retention.ts'
import { pooledTable, type RenewalTable, tableOfSurvivors } from './renewal-table.ts'
import { remainingTerms, type RetentionModel, retentionRate, survival } from './retention.ts'
import { cohorts, survivalTables } from './testing/tables.ts'

function fitted<M>(fit: Fit<M>): Fitted<M> {
  if (fit.kind === 'refused') throw new Error(fit.message)
  return fit
}

const data = sharedData('fits of published retention tables')
describe.runIf(data !== undefined)('published tables, fitted to years 0 to 7', () => {
  const { regular, highEnd } = survivalTables(data)
  const [regularTable, highEndTable] = [regular, highEnd].map((survivors) => tableOfSurvivors(survivors.slice(0, 8)))

  test.each([
    ['Regular', regularTable, [0.70408, 1.18204], -1680.2652],
    ['High End', highEndTable, [0.66809, 3.80609], -1611.1581],
    ['five cohorts pooled', pooledTable(cohorts(data).map(tableOfSurvivors)), [1.6671, 2.8566], -44644.12],
  ])('shifted-beta-geometric: %s', (_, table, [alpha, beta], logLikelihood) => {
    const fit = fitted(fitShiftedBetaGeometric(table!))
    const digits = logLikelihood < -40_000 ? 4 : 5
    expect(fit.model.alpha).toBeCloseTo(alpha!, digits)
    expect(fit.model.beta).toBeCloseTo(beta!, digits)
    expect(fit.logLikelihood).toBeCloseTo(logLikelihood, digits - 2)
    expect(fit.convergence).toMatchObject({ converged: true, atLimit: [] })
  })

  test.each([
    ['Regular', regularTable, [0.4556, 0.7793, 1.2835], -1679.6028],
    ['High End', highEndTable, [0.2143, 1.4266, 1.7236], -1605.3142],
  ])('beta-discrete-Weibull: %s', (_, table, parameters, logLikelihood) => {
    const fit = fitted(fitBetaDiscreteWeibull(table!))
    const { gamma, delta, c } = fit.model
    ;[gamma, delta, c].forEach((found, k) => expect(found).toBeCloseTo(parameters[k]!, 4))
    expect(fit.logLikelihood).toBeCloseTo(logLikelihood, 4)
    expect(fit.convergence).toMatchObject({ converged: true, atLimit: [] })
  })

  const geometric = (table: RenewalTable) => fitted(fitShiftedBetaGeometric(table))
  const weibull = (table: RenewalTable) => fitted(fitBetaDiscreteWeibull(table))
  test.each([
    ['Regular, geometric', regularTable, geometric, [0.2201, 0.2044, 0.1912, 0.1799, 0.17]],
    ['High End, geometric', highEndTable, geometric, [0.4604, 0.4358, 0.4142, 0.3951, 0.378]],
    ['Regular, Weibull', regularTable, weibull, [0.2234, 0.2089, 0.1968, 0.1864, 0.1773]],
    ['High End, Weibull', highEndTable, weibull, [0.4678, 0.4483, 0.4316, 0.4169, 0.4039]],
  ])('survival of years 8 to 12, held out: %s', (_, table, fit, shares) => {
    const { model }: { model: RetentionModel } = fit(table!)
    shares.forEach((share, k) => expect(survival(model, k + 8)).toBeCloseTo(share, 4))
  })

  test.each([
    ['Regular', regularTable, [0.62671, 0.75605, 0.81882, 0.8559], [6.84231, 6.57566]],
    ['High End', highEndTable, [0.85068, 0.87796, 0.89681, 0.91061], [7.52963, 7.34472]],
  ])('retention by year and remaining terms at 10 %%: %s', (_, table, rates, [after7, after6]) => {
    const { model } = fitted(fitShiftedBetaGeometric(table!))
    rates.forEach((rate, k) => expect(retentionRate(model, k + 1)).toBeCloseTo(rate, 5))
    expect(remainingTerms(model, 8, 0.1)).toBeCloseTo(after7!, 4)
    expect(remainingTerms(model, 7, 0.1)).toBeCloseTo(after6!, 4)
  })

  test('the log-likelihood a member of alpha = beta = 1 is the published one', () => {
    const model = { kind: 'shifted-beta-geometric', alpha: 1, beta: 1 } as const
    expect(retentionLogLikelihood(model, highEndTable!) / 1000).toBeCloseTo(-2.11555, 5)
    expect(retentionLogLikelihood(model, regularTable!) / 1000).toBeCloseTo(-1.74173, 5)
  })
})

/** What a model expects of members in each of `years` years. */
function expected(model: RetentionModel, members: number, years: number): RenewalTable {
  return tableOfSurvivors(Array.from({ length: years + 1 }, (_, t) => members * survival(model, t)))
}

test('of what a shifted-beta-geometric expects the fit is that very model', () => {
  const shape = fc.double({ min: 0.3, max: 10, noNaN: true })
  fc.assert(
    fc.property(shape, shape, fc.integer({ min: 3, max: 15 }), (alpha, beta, years) => {
      const { model } = fitted(
        fitShiftedBetaGeometric(expected({ kind: 'shifted-beta-geometric', alpha, beta }, 1e5, years)),
      )
      expect(model.alpha / alpha).toBeCloseTo(1, 3)
      expect(model.beta / beta).toBeCloseTo(1, 3)
    }),
  )
})

test('of what a beta-discrete-Weibull expects the fit is that very model', () => {
  const truth = { kind: 'beta-discrete-weibull', gamma: 0.8, delta: 2.4, c: 1.6 } as const
  const { model } = fitted(fitBetaDiscreteWeibull(expected(truth, 1e5, 9)))
  expect(model.gamma).toBeCloseTo(0.8, 3)
  expect(model.delta).toBeCloseTo(2.4, 3)
  expect(model.c).toBeCloseTo(1.6, 3)
})

const rates = fc.array(fc.double({ min: 0.05, max: 0.98, noNaN: true }), { minLength: 3, maxLength: 10 })

/** A cohort of a thousand losing these shares, as whole members. */
const survivorsOf = (rates: readonly number[]) =>
  rates.reduce<readonly number[]>((counts, rate) => [...counts, Math.round(counts.at(-1)! * rate)], [1000])

test('whatever the cohort, no other parameters explain it better', () => {
  const parameter = fc.double({ min: Math.log(1e-3), max: Math.log(1e3), noNaN: true }).map(Math.exp)
  const power = fc.double({ min: 0.1, max: 10, noNaN: true })
  fc.assert(
    fc.property(rates, parameter, parameter, power, (rates, gamma, delta, c) => {
      const table = tableOfSurvivors(survivorsOf(rates))
      const fit = fitBetaDiscreteWeibull(table)
      if (fit.kind === 'refused') return
      const other = { kind: 'beta-discrete-weibull', gamma, delta, c } as const
      expect(retentionLogLikelihood(other, table)).toBeLessThanOrEqual(fit.logLikelihood + 1e-6)
      expect(fit.convergence.converged).toBe(true)
    }),
    { numRuns: 50 },
  )
})

test('members who are all alike are the limit of the model, and it is said', () => {
  const fit = fitted(fitShiftedBetaGeometric(tableOfSurvivors([1000, 900, 810, 729, 656])))
  expect(fit.convergence).toMatchObject({ converged: true, atLimit: ['beta'] })
  for (let year = 1; year < 10; year++) expect(retentionRate(fit.model, year)).toBeCloseTo(0.9, 3)
  // Then it is a share like any other: √(p (1 − p) / n).
  const shown = 1000 + 900 + 810 + 729
  expect(standardError(fit, (model) => retentionRate(model, 1))).toBeCloseTo(Math.sqrt((0.9 * 0.1) / shown), 4)
})

test('members who tire are taken for alike by the one model, and seen through by the other', () => {
  const table = tableOfSurvivors([1000, 900, 800, 690, 570, 430])
  const [geometric, weibull] = [fitted(fitShiftedBetaGeometric(table)), fitted(fitBetaDiscreteWeibull(table))]
  expect(geometric.convergence).toMatchObject({ converged: true, atLimit: ['beta'] })
  expect(weibull.model.c).toBeGreaterThan(1.2)
  expect(weibull.logLikelihood - geometric.logLikelihood).toBeGreaterThan(20)
})

test('the standard error falls with the root of the number of members', () => {
  const survivors = [1000, 869, 743, 653, 593]
  const [few, many] = [1, 100].map((times) => {
    const fit = fitted(fitShiftedBetaGeometric(tableOfSurvivors(survivors.map((n) => n * times))))
    return standardError(fit, (model) => survival(model, 8))!
  })
  expect(few! / many!).toBeCloseTo(10, 3)
  expect(few).toBeGreaterThan(0.01)
  expect(few).toBeLessThan(0.05)
})

describe('refuses, and says why', () => {
  test.each([
    ['no renewal date passed', [100], 'too-few', 'No renewal date has passed yet.'],
    ['nobody lapsed', [100, 100, 100], 'all-stayed', 'Nobody has lapsed'],
    ['nobody renewed', [100, 0], 'all-left', 'Nobody has ever renewed'],
    ['one year', [100, 80], 'too-short', '1 years of membership are too few: 2 are needed'],
    ['few lapses', [100, 96, 91], 'too-few', '9 lapses are too few: at least 10 are needed.'],
    ['few renewals', [100, 7, 2], 'too-few', '9 renewals are too few: at least 10 are needed.'],
    ['survivors that rise', [100, 80, 90, 70], 'impossible-counts', 'Year 2 of membership: 90 renewed and -10 lapsed'],
    ['no number', [100, Number.NaN, 90], 'impossible-counts', 'Year 1 of membership: NaN renewed'],
  ])('%s', (_, survivors, reason, message) => {
    const fit = fitShiftedBetaGeometric(tableOfSurvivors(survivors))
    expect(fit).toMatchObject({ kind: 'refused', reason, message: expect.stringContaining(message) })
  })

  test('two years where three parameters are asked for', () => {
    expect(fitBetaDiscreteWeibull(tableOfSurvivors([100, 80, 60]))).toMatchObject({ reason: 'too-short' })
  })

  test('a last year with lapses alone counts all the same', () => {
    const model = { kind: 'shifted-beta-geometric', alpha: 1, beta: 1 } as const
    const [short, long] = [
      { renewed: [50], lapsed: [20, 9] },
      { renewed: [50, 0], lapsed: [20, 9] },
    ]
    expect(retentionLogLikelihood(model, short)).toBe(retentionLogLikelihood(model, long))
    expect(retentionLogLikelihood(model, short)).toBeCloseTo(70 * Math.log(1 / 2) + 9 * Math.log(1 / 3), 10)
  })

  test('lapses that no year of renewals goes with', () => {
    expect(fitShiftedBetaGeometric({ renewed: [50, 20], lapsed: [20, 20, -1] })).toMatchObject({
      reason: 'impossible-counts',
    })
  })
})
