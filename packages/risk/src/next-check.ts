import { type EpochMs, type Rows, SLOT, slot, STATUS } from '@perennial/member'
import { type BandNumber, type Bands, bandNumber } from './bands.ts'
import type { Compiled } from './compiled.ts'
import { boundRates, nextStep } from './evaluate.ts'
import { CONTRIBUTION_GRAIN, logOdds, probability } from './log-odds.ts'

/**
 * No step is shorter, so that the sweep comes to an end at a crossing; a
 * crossing is therefore noticed at most this much late.
 */
export const LEAST_STEP_MS = 250

/** The last instant a date can name; what lies beyond is never. */
const LAST_INSTANT = 8.64e15

export type Watch = Readonly<{
  compiled: Compiled
  bands: Bands
  /** The band edges as log-odds, by band number. */
  upper: readonly number[]
  lower: readonly number[]
}>

export function watchOf(compiled: Compiled, bands: Bands): Watch {
  const numbers: readonly BandNumber[] = [0, 1, 2, 3]
  // What rounding the contributions can shift a logit by, and a little more.
  const margin = 64 * CONTRIBUTION_GRAIN
  const upper = numbers.map((band) => bands.upperEdge(band)).map((p) => (p < 1 ? logOdds(p) - margin : Infinity))
  const lower = numbers.map((band) => bands.lowerEdge(band)).map((p) => (p > 0 ? logOdds(p) + margin : -Infinity))
  return { compiled, bands, upper, lower }
}

/** The last evaluation of the compiled model: it must have been of the row in question. */
export type Evaluated = Readonly<{ at: EpochMs; logit: number }>

/**
 * The earliest instant after `at` at which, without further facts, the band in
 * the row could change or a date-driven step falls due: never later than the
 * truth (but for `LEAST_STEP_MS`), often earlier; Infinity = never.
 *
 * Distance to the band edge over the greatest slope. Slopes only get smaller
 * between step dates, so asking again at each answer runs up to the crossing
 * like Newton's method from the safe side: some five looks instead of solving.
 * The answer depends on the facts, the band and `at` alone, so that those who
 * evaluate at it get the same sequence in a replay as live.
 */
export function nextCheck(watch: Watch, rows: Rows, i: number, evaluated: Evaluated): EpochMs {
  if (slot(rows, i, SLOT.status) === STATUS.lapsed) return Infinity
  const { at } = evaluated
  const change = earliestChange(watch, rows, i, evaluated)
  const next = Math.min(Math.floor(change), nextStep(watch.compiled, rows, i, at))
  return next > LAST_INSTANT ? Infinity : Math.max(next, at + LEAST_STEP_MS)
}

/** `at` itself when the band changes there. */
function earliestChange(watch: Watch, rows: Rows, i: number, { at, logit }: Evaluated): EpochMs {
  const { compiled, bands } = watch
  const band = bandNumber(slot(rows, i, SLOT.band))
  const since = slot(rows, i, SLOT.bandSince)
  if (bands.next(band, since, probability(logit), at) !== band) return at
  boundRates(compiled, rows, i, at)
  const rise = timeTo((watch.upper[band] ?? Infinity) - logit, compiled.rates[0] ?? 0)
  const fall = timeTo(logit - (watch.lower[band] ?? -Infinity), compiled.rates[1] ?? 0)
  return Math.min(Math.max(at + rise, bands.riseFrom(since)), Math.max(at + fall, bands.fallFrom(since)))
}

function timeTo(distance: number, rate: number): number {
  if (distance <= 0) return 0
  return rate === 0 ? Infinity : distance / rate
}
