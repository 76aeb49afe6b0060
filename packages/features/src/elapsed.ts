import { DAY_MS, type EpochMs, type Rows } from '@perennial/member'
import type { Elapsed, Feature } from './feature.ts'

export type ElapsedFeature = Readonly<{
  name: string
  label: string
  unknown: string
  /** Row slots with instants: the latest of them starts the clock. */
  slots: readonly number[]
  /** How long is ordinary: there the logarithm bends. */
  ordinaryDays: number
  explain(days: number): string
}>

/**
 * ln(1 + time since the latest of some instants / what is ordinary); 0 while
 * that instant lies ahead, unknown while none is on record. d/dt = 1 / (ordinary
 * + elapsed), and that only ever gets smaller.
 */
export function elapsedSince({ slots, ordinaryDays, explain, ...named }: ElapsedFeature): Feature {
  const elapsed: Elapsed = { slots, scaleMs: ordinaryDays * DAY_MS }
  return {
    ...named,
    drift: 'rises',
    elapsed,
    value(rows, i, at) {
      const since = latest(slots, rows, i)
      return since === 0 ? undefined : Math.log1p(Math.max(0, at - since) / elapsed.scaleMs)
    },
    slopeBound(rows, i, at) {
      const since = latest(slots, rows, i)
      return since === 0 || at < since ? 0 : 1 / (elapsed.scaleMs + at - since)
    },
    nextStep(rows, i, at) {
      const since = latest(slots, rows, i)
      return at < since ? since : Infinity
    },
    // A hair more than the logarithm gives back, so that whole days stay whole.
    explain: (value) => explain(Math.expm1(value) * ordinaryDays + 1e-6),
  }
}

function latest(slots: readonly number[], rows: Rows, i: number): EpochMs {
  return Math.max(...slots.map((slot) => rows.f64[i * rows.slots + slot] ?? 0))
}
