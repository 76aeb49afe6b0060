import { type Fit, fit, refused, type Refused, refusedIfFew, WIDE } from './fit.ts'
import type { RenewalTable } from './renewal-table.ts'
import {
  type BetaDiscreteWeibull,
  logLapse,
  logRetention,
  type RetentionModel,
  type ShiftedBetaGeometric,
} from './retention.ts'

/** Log-likelihood of a cohort table: Σ renewed · ln r(year) + lapsed · ln(1 − r(year)). */
export function retentionLogLikelihood(model: RetentionModel, { renewed, lapsed }: RenewalTable): number {
  let sum = 0
  for (let k = 0; k < yearsOf({ renewed, lapsed }); k++) {
    const [stayed, left] = [renewed[k] ?? 0, lapsed[k] ?? 0]
    // 0 · −Infinity would be NaN.
    if (stayed > 0) sum += stayed * logRetention(model, k + 1)
    if (left > 0) sum += left * logLapse(model, k + 1)
  }
  return sum
}

/** Needs two years of membership, 10 lapses and 10 renewals. */
export function fitShiftedBetaGeometric(table: RenewalTable): Fit<ShiftedBetaGeometric> {
  const shapes = [0.3, 1, 3, 10].map((size) => startShape(table, size))
  return fitRetention(table, {
    estimated: ['alpha', 'beta'],
    model: ([alpha = 0, beta = 0]) => ({ kind: 'shifted-beta-geometric', alpha, beta }),
    starts: shapes,
  })
}

/** Needs three years of membership, 15 lapses and 15 renewals. */
export function fitBetaDiscreteWeibull(table: RenewalTable): Fit<BetaDiscreteWeibull> {
  const shapes = [0.3, 1, 3, 10].map((size) => startShape(table, size))
  return fitRetention(table, {
    estimated: ['gamma', 'delta', 'c'],
    model: ([gamma = 0, delta = 0, c = 0]) => ({ kind: 'beta-discrete-weibull', gamma, delta, c }),
    starts: shapes.flatMap((shape) => [0.7, 1, 1.5].map((c) => [...shape, c])),
    ranges: [WIDE, WIDE, [0.05, 20]],
  })
}

type Family<M> = Omit<Parameters<typeof fit<M>>[0], 'logLikelihood'>

function fitRetention<M extends RetentionModel>(table: RenewalTable, family: Family<M>): Fit<M> {
  return (
    refusal(table, family.estimated.length) ??
    fit({ ...family, logLikelihood: (parameters) => retentionLogLikelihood(family.model(parameters), table) })
  )
}

/** A beta distribution whose mean is the overall share of lapses. */
function startShape(table: RenewalTable, size: number): readonly number[] {
  const [renewals, lapses] = [total(table.renewed), total(table.lapsed)]
  const share = lapses / (renewals + lapses)
  return [share * size, (1 - share) * size]
}

function refusal(table: RenewalTable, parameters: number): Refused | undefined {
  const { renewed, lapsed } = table
  const years = yearsOf(table)
  for (let k = 0; k < years; k++) {
    const [stayed, left] = [renewed[k] ?? 0, lapsed[k] ?? 0]
    if (possible(stayed) && possible(left)) continue
    const found = `Year ${k + 1} of membership: ${stayed} renewed and ${left} lapsed`
    return refused('impossible-counts', `${found}; counts are 0 or more, and survivors never rise.`)
  }
  const [renewals, lapses] = [total(renewed), total(lapsed)]
  if (renewals + lapses === 0) return refused('too-few', 'No renewal date has passed yet.')
  if (lapses === 0) return refused('all-stayed', 'Nobody has lapsed: how many will cannot be told.')
  if (renewals === 0) return refused('all-left', 'Nobody has ever renewed: who would cannot be told.')
  const told = Array.from({ length: years }, (_, k) => (renewed[k] ?? 0) + (lapsed[k] ?? 0)).filter((n) => n > 0).length
  if (told < parameters)
    return refused(
      'too-short',
      `${told} years of membership are too few: ${parameters} are needed to see retention change.`,
    )
  return refusedIfFew(lapses, 'lapses', parameters) ?? refusedIfFew(renewals, 'renewals', parameters)
}

function yearsOf({ renewed, lapsed }: RenewalTable): number {
  return Math.max(renewed.length, lapsed.length)
}

function possible(count: number): boolean {
  return Number.isFinite(count) && count >= 0
}

function total(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0)
}
