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
const LAST_INSTANT = 8.64e15

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
  const { broken = UNCALIBRATED } = compiled
  // What rounding the contributions can shift a logit by, and a little more.
  const margin = 64 * CONTRIBUTION_GRAIN + (compiled.grove?.rounding ?? 0)
  const before = (logit: number, shift: number) => uncalibrated(broken, logit + shift) + shift
  const upper = BAND_NUMBERS.map((band) => bands.upperEdge(band))
  const lower = BAND_NUMBERS.map((band) => bands.lowerEdge(band))
  return {
    compiled,
    bands,
    ...(model.form === 'boosted' && { crossings: crossingsOf(model, compiled) }),
    upper: upper.map((p) => (p < 1 ? before(logOdds(p), -margin) : Infinity)),
    lower: lower.map((p) => (p > 0 ? before(logOdds(p), margin) : -Infinity)),
  }
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
  const { compiled, bands, crossings } = watch
  const band = bandNumber(slot(rows, i, SLOT.band))
  const since = slot(rows, i, SLOT.bandSince)
  if (bands.next(band, since, probability(logit), at) !== band) return at
  const before = logitBefore(compiled, logit)
  const up = (watch.upper[band] ?? Infinity) - before
  const down = before - (watch.lower[band] ?? -Infinity)
  if (crossings === undefined) {
    boundRates(compiled, rows, i, at)
    const rise = at + timeTo(up, compiled.rates[0] ?? 0)
    const fall = at + timeTo(down, compiled.rates[1] ?? 0)
    return Math.min(Math.max(rise, bands.riseFrom(since)), Math.max(fall, bands.fallFrom(since)))
  }
  const count = listCrossings(crossings, compiled, { rows, i, at })
  const rise = timeToJump(crossings, crossings.gains, count, up)
  const fall = timeToJump(crossings, crossings.losses, count, down)
  return Math.max(at, Math.min(Math.max(rise, bands.riseFrom(since)), Math.max(fall, bands.fallFrom(since))))
}

function timeTo(distance: number, rate: number): number {
  if (distance <= 0) return 0
  return rate === 0 ? Infinity : distance / rate
}
