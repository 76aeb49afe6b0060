import type { EpochMs, Rows, Vocabulary } from '@perennial/member'

/**
 * One number that a member row says at an instant, and how that number can
 * move while nothing happens. `at` is never before the row's latest fact.
 */
export type Feature = Readonly<{
  /** Stored in model files and in every score: never rename, only add. */
  name: string
  /** What a person reads as the heading of this feature. */
  label: string
  /** Said when the value is unknown: it then contributes exactly 0. Left out where the value is always known. */
  unknown?: string
  /**
   * Where the value goes while nothing happens, between two step dates:
   * `steps` stays as it is. A value never turns round without a fact or a step date.
   */
  drift: 'rises' | 'falls' | 'steps'
  /** For ln(1 + decayed amount): what is summed, so that a scorer can do all such features in one pass. */
  sum?: Sum
  /** For ln(1 + elapsed time): since when and on what scale, for the same reason. */
  elapsed?: Elapsed
  /** undefined: the row does not say. */
  value(rows: Rows, i: number, at: EpochMs): number | undefined
  /** Bound on |d value / dt| per millisecond, from `at` until the next step date. */
  slopeBound(rows: Rows, i: number, at: EpochMs): number
  /** The next date after `at` at which the value jumps or takes another course; Infinity = never. */
  nextStep(rows: Rows, i: number, at: EpochMs): EpochMs
  /** The value in plain words for a membership manager. */
  explain(value: number): string
}>

/** A feature that depends on which signals there are. */
export type FeatureOf = (vocabulary: Vocabulary) => Feature

/** Decayed amounts of `signals` (ids), all with one half-life (an index into `HALF_LIVES_DAYS`). */
export type Sum = Readonly<{ signals: readonly number[]; halfLife: number }>

/** Time since the latest of the instants in some row slots, against `scaleMs`. */
export type Elapsed = Readonly<{ slots: readonly number[]; scaleMs: number }>

/** For features that have no step date. */
export function never(): EpochMs {
  return Infinity
}

/** For features that stay as they are between step dates. */
export function still(): number {
  return 0
}

/** "3 days", "1 day", "2 years": `count` rounded, two digits below ten when not whole. */
export function plural(count: number, noun: string): string {
  const rounded = count < 10 ? Math.round(count * 10) / 10 : Math.round(count)
  return `${rounded} ${noun}${rounded === 1 ? '' : 's'}`
}
