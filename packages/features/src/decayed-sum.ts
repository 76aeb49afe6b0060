import {
  DECAY_RATES,
  decayedAmount,
  HALF_LIVES_DAYS,
  type EpochMs,
  type Family,
  type Rows,
  type Signal,
} from '@perennial/member'
import { type FeatureOf, never, plural, type Sum } from './feature.ts'

type HalfLifeDays = (typeof HALF_LIVES_DAYS)[number]

export type DecayedSum = Readonly<{
  name: string
  label: string
  /** Which signals are summed. */
  counts(signal: Signal): boolean
  halfLifeDays: HalfLifeDays
  /** What one unit is called: "3 times", "2 purchases". */
  unit: string
  /** What is said when there is as good as nothing. */
  none: string
}>

/**
 * ln(1 + Σ amount · trust · 2^(−age / half-life)) over some signals of a vocabulary.
 * The logarithm makes the tenth visit count less than the first; zero needs no
 * special case. d/dt = −λ · A / (1 + A), and that only ever gets smaller.
 */
export function decayedSum({ name, label, counts, halfLifeDays, unit, none }: DecayedSum): FeatureOf {
  const halfLife = HALF_LIVES_DAYS.indexOf(halfLifeDays)
  const rate = DECAY_RATES[halfLife] ?? 0
  // A steady r per day keeps the sum at r · half-life / ln 2: said back as a count per half-life.
  const period = halfLifeDays === 30 ? 'a month' : halfLifeDays === 90 ? 'a quarter' : 'a year'
  return ({ signals }) => {
    const sum: Sum = { halfLife, signals: signals.filter(counts).map(({ id }) => id) }
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
}

/** Picks the signals of a family. */
export function ofFamily(wanted: Family): (signal: Signal) => boolean {
  return ({ family }) => family === wanted
}

/** Taking an alias's sums back may leave rounding dust below zero: never less than nothing. */
function amountOf(sum: Sum, rows: Rows, i: number, at: EpochMs): number {
  let amount = 0
  for (const signal of sum.signals) amount += decayedAmount(rows, i, signal, sum.halfLife, at)
  return Math.max(0, amount)
}
