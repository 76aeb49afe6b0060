import { type EpochMs, type Rows, SLOT, slot, STATUS } from '@perennial/member'
import { CONTRIBUTION_GRAIN, UNCALIBRATED, uncalibrated } from '@perennial/predictors'
import { type BandNumber, type Bands, bandNumber } from './bands.ts'
import type { Compiled } from './compiled.ts'
import { type Crossings, crossingsOf, listCrossings, timeToJump } from './crossings.ts'
import { boundRates, logitBefore, nextStep } from './evaluate.ts'
import { logOdds, probability } from './log-odds.ts'
import type { Model } from './model.ts'

/**
 * No step is shorter, so that the sweep comes to an end at a crossing; a
 * crossing is therefore noticed at most this much late.
 */
export const LEAST_STEP_MS = 250

/** The last instant a date can name; what lies beyond is never. */
export const LAST_INSTANT = 8.64e15

export type Watch = Readonly<{
  compiled: Compiled
  bands: Bands
  /** Of a model of trees. */
  crossings?: Crossings
  /** The band edges as log-odds before a broken line, by band number. */
  upper: readonly number[]
  lower: readonly number[]
}>

export function watchOf(model: Model, compiled: Compiled, bands: Bands): Watch {
  return {
    compiled,
    bands,
    ...(model.form === 'boosted' && { crossings: crossingsOf(model, compiled) }),
    upper: BAND_NUMBERS.map((band) => edgeAbove(compiled, bands.upperEdge(band))),
    lower: BAND_NUMBERS.map((band) => edgeBelow(compiled, bands.lowerEdge(band))),
  }
}

/** A risk to be reached from below, as log-odds before a broken line: reached a little early rather than late. */
export function edgeAbove(compiled: Compiled, risk: number): number {
  return risk < 1 ? edgeOf(compiled, risk, -1) : Infinity
}

/** A risk to be fallen below, likewise. */
export function edgeBelow(compiled: Compiled, risk: number): number {
  return risk > 0 ? edgeOf(compiled, risk, 1) : -Infinity
}

function edgeOf(compiled: Compiled, risk: number, sign: 1 | -1): number {
  const { broken = UNCALIBRATED, grove } = compiled
  // What rounding the contributions can shift a logit by, and a little more.
  const margin = sign * (64 * CONTRIBUTION_GRAIN + (grove?.rounding ?? 0))
  return uncalibrated(broken, logOdds(risk) + margin) + margin
}

const BAND_NUMBERS: readonly BandNumber[] = [0, 1, 2, 3]

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
 * Of trees, the crossing of a split by which jumps can have made up the distance.
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
  const before = logitBefore(compiled, logit)
  const count = watchMoves(watch, rows, i, at)
  const rise = riseBy(watch, at, count, (watch.upper[band] ?? Infinity) - before)
  const fall = fallBy(watch, at, count, before - (watch.lower[band] ?? -Infinity))
  return Math.max(at, Math.min(Math.max(rise, bands.riseFrom(since)), Math.max(fall, bands.fallFrom(since))))
}

/** After `evaluate` with the same arguments, for `riseBy` and `fallBy`: how many crossings of splits are listed. */
export function watchMoves({ compiled, crossings }: Watch, rows: Rows, i: number, at: EpochMs): number {
  if (crossings !== undefined) return listCrossings(crossings, compiled, { rows, i, at })
  boundRates(compiled, rows, i, at)
  return 0
}

/** When the log-odds before a broken line can have risen by `distance`, at the earliest, if no date comes before. */
export function riseBy({ compiled, crossings }: Watch, at: EpochMs, count: number, distance: number): EpochMs {
  if (crossings !== undefined) return timeToJump(crossings, crossings.gains, count, distance)
  return at + timeTo(distance, compiled.rates[0] ?? 0)
}

/** When they can have fallen by it. */
export function fallBy({ compiled, crossings }: Watch, at: EpochMs, count: number, distance: number): EpochMs {
  if (crossings !== undefined) return timeToJump(crossings, crossings.losses, count, distance)
  return at + timeTo(distance, compiled.rates[1] ?? 0)
}

function timeTo(distance: number, rate: number): number {
  if (distance <= 0) return 0
  return rate === 0 ? Infinity : distance / rate
}
