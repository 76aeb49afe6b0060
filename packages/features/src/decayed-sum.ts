import { DECAY_RATES, decayedAmount, HALF_LIVES_DAYS, type EpochMs, type Rows, SIGNALS } from '@perennial/member'
import { type Feature, never, plural, type Sum } from './feature.ts'

type Family = (typeof SIGNALS)[number]['family']
type HalfLifeDays = (typeof HALF_LIVES_DAYS)[number]

export type DecayedSum = Readonly<{
  name: string
  label: string
  family: Family
  halfLifeDays: HalfLifeDays
  /** What one unit is called: "3 times", "2 purchases". */
  unit: string
  /** What is said when there is as good as nothing. */
  none: string
}>

/**
 * ln(1 + Σ amount · trust · 2^(−age / half-life)) over the signals of a family.
 * The logarithm makes the tenth visit count less than the first; zero needs no
 * special case. d/dt = −λ · A / (1 + A), and that only ever gets smaller.
 */
export function decayedSum({ name, label, family, halfLifeDays, unit, none }: DecayedSum): Feature {
  const halfLife = HALF_LIVES_DAYS.indexOf(halfLifeDays)
  const sum: Sum = { halfLife, signals: SIGNALS.filter((s) => s.family === family).map((s) => s.id) }
  const rate = DECAY_RATES[halfLife] ?? 0
  // A steady r per day keeps the sum at r · half-life / ln 2: said back as a count per half-life.
  const period = halfLifeDays === 30 ? 'a month' : halfLifeDays === 90 ? 'a quarter' : 'a year'
  return {
    name,
    label,
    drift: 'falls',
    sum,
    value: (rows, i, at) => Math.log1p(amountOf(sum, rows, i, at)),
    slopeBound(rows, i, at) {
      const amount = amountOf(sum, rows, i, at)
      return (rate * amount) / (1 + amount)
    },
    nextStep: never,
    explain(value) {
      const each = Math.expm1(value) * Math.LN2
      if (each < 0.05) return none
      return each < 0.5
        ? `hardly any ${label}`
        : `${label}: about ${plural(each, unit)} ${period}, the latest counted most`
    },
  }
}

/** Taking an alias's sums back may leave rounding dust below zero: never less than nothing. */
function amountOf(sum: Sum, rows: Rows, i: number, at: EpochMs): number {
  let amount = 0
  for (const signal of sum.signals) amount += decayedAmount(rows, i, signal, sum.halfLife, at)
  return Math.max(0, amount)
}
