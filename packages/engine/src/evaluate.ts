import { type EpochMs, SLOT, STATUS } from '@perennial/member'
import { type BandNumber, RISK_STEP, SCORE } from '@perennial/risk'
import { type Chunk, DUE, mark, ROW } from './chunk.ts'
import type { Work } from './engine.ts'
import { dropForeignWindow, predictionDue, remember, settleByTime } from './prediction.ts'
import { CHANGE, CHANGE_SLOTS } from './risk-changes.ts'

/** In the place of a model: what was told of the row may be known to nobody any more, so it is told once more. No model has this number. */
export const UNHEARD = -1

/** The reported risk of somebody who has left; no model gives exactly this, so it marks that the last word is said. */
const LEFT = 1

/**
 * What silence alone did to the row between its last evaluation and `until`:
 * looks at each instant at which the band may change or a date falls due, in
 * order, so that a crossing is found at its own time however late we look.
 * `until` in event time; facts dated after the crossing must not be in the row yet.
 */
export function passTime(work: Work, i: number, until: EpochMs): void {
  const { f64, slots } = work.chunk.rows
  const nextAt = i * slots + SLOT.nextAt
  for (let next = f64[nextAt] ?? 0; next > 0 && next <= until; next = f64[nextAt] ?? 0) {
    work.chunk.counts.checks++
    evaluate(work, i, next, 'silence')
    // A bound that does not move on would stand still here for ever.
    if ((f64[nextAt] ?? 0) <= next) throw new Error(`The next check of a member did not move on from ${next}.`)
  }
}

/**
 * Scores a member row, settles its band, and notes when to look again. Done
 * once per fact, so that what is emitted, and its version, does not depend on
 * how facts were batched. `news`: to be made known even if the risk stays where it was.
 */
export function evaluate(work: Work, i: number, at: EpochMs, cause: 'fact' | 'silence', news = false): void {
  const { chunk, engine } = work
  const { scorer } = engine.model
  const { f64, slots } = chunk.rows
  const base = i * slots
  const now = Math.max(at, f64[base + SLOT.asOf] ?? 0, f64[base + SLOT.evaluatedAt] ?? 0)
  f64[base + SLOT.evaluatedAt] = now
  mark(chunk, i, ROW)
  const again = settleByTime(work, i, now)
  if (f64[base + SLOT.status] === STATUS.lapsed) {
    f64[base + SLOT.nextAt] = Infinity
    if (f64[base + SLOT.emittedRisk] !== LEFT) {
      scorer.lapseRisk(chunk.rows, i, now)
      emit(work, i, { risk: LEFT, before: bandOf(f64[base + SLOT.band]), cause })
    }
    return
  }
  const risk = scorer.lapseRisk(chunk.rows, i, now)
  const before = bandOf(f64[base + SLOT.band])
  const band = scorer.nextBand(before, f64[base + SLOT.bandSince] ?? 0, risk, now)
  if (band !== before) {
    f64[base + SLOT.band] = band
    f64[base + SLOT.bandSince] = now
  }
  const known = f64[base + SLOT.emittedRisk] ?? 0
  if (news || band !== before || known === LEFT || Math.abs(risk - known) > RISK_STEP)
    emit(work, i, { risk, before, cause })
  if (again) remember(work, i, risk, now)
  setNext(work, i, scorer.nextCheckAsScored(chunk.rows, i))
}

/**
 * To be called before time passes or a fact is folded. A row that another
 * model evaluated last is taken over: scored by this one as of the partition's
 * clock, or of `at` where that is later. What moves by that alone is made known
 * as a change of model, which nobody acts on. So that nothing is left over to
 * be acted on later, the hold of a band does not delay it, its hysteresis does.
 */
export function meet(work: Work, i: number, at: EpochMs): void {
  const { f64, slots } = work.chunk.rows
  const place = i * slots + SLOT.model
  const { number } = work.engine.model
  const before = f64[place]
  if (before === number) return
  f64[place] = number
  if (before === UNHEARD) f64[i * slots + SLOT.emittedRisk] = NaN
  // A row that nobody has evaluated yet.
  if (f64[i * slots + SLOT.evaluatedAt] !== 0) takeOver(work, i, Math.max(at, work.clock ?? at))
}

function takeOver(work: Work, i: number, at: EpochMs): void {
  const { chunk, engine } = work
  const { scorer } = engine.model
  const { f64, slots } = chunk.rows
  const base = i * slots
  chunk.counts.rescored++
  mark(chunk, i, ROW)
  dropForeignWindow(work, i)
  const now = Math.max(at, f64[base + SLOT.asOf] ?? 0, f64[base + SLOT.evaluatedAt] ?? 0)
  if (f64[base + SLOT.status] === STATUS.lapsed) return takeOverLapsed(work, i, now)
  f64[base + SLOT.evaluatedAt] = now
  const again = settleByTime(work, i, now)
  const risk = scorer.lapseRisk(chunk.rows, i, now)
  const before = bandOf(f64[base + SLOT.band])
  const band = scorer.nextBand(before, -Infinity, risk, now)
  if (band !== before) {
    f64[base + SLOT.band] = band
    f64[base + SLOT.bandSince] = now
  }
  const known = f64[base + SLOT.emittedRisk] ?? 0
  if (band !== before || known === LEFT || Number.isNaN(known) || Math.abs(risk - known) > RISK_STEP)
    emit(work, i, { risk, before, cause: 'model' })
  if (again) remember(work, i, risk, now)
  setNext(work, i, scorer.nextCheckAsScored(chunk.rows, i))
}

/** Whoever has left was told so when it happened, unless it came out in a rebuild. */
function takeOverLapsed(work: Work, i: number, now: EpochMs): void {
  const { rows } = work.chunk
  const base = i * rows.slots
  if (rows.f64[base + SLOT.emittedRisk] === LEFT) return
  rows.f64[base + SLOT.evaluatedAt] = now
  rows.f64[base + SLOT.nextAt] = Infinity
  work.engine.model.scorer.lapseRisk(rows, i, now)
  emit(work, i, { risk: LEFT, before: bandOf(rows.f64[base + SLOT.band]), cause: 'model' })
}

type Assessment = Readonly<{ risk: number; before: BandNumber; cause: 'fact' | 'silence' | 'model' }>

/** Writes down the change with the score of the evaluation just done. */
function emit(work: Work, i: number, { risk, before, cause }: Assessment): void {
  const { chunk, engine } = work
  const { f64 } = chunk.rows
  const { scorer } = engine.model
  const base = i * chunk.rows.slots
  const version = (f64[base + SLOT.version] ?? 0) + 1
  const known = f64[base + SLOT.emittedRisk] ?? 0
  f64[base + SLOT.version] = version
  f64[base + SLOT.emittedRisk] = risk
  const start = chunk.risks.add(CHANGE_SLOTS + scorer.scoreSlots, cause)
  const { numbers } = chunk.risks
  numbers[start + CHANGE.place] = i
  numbers[start + CHANGE.version] = version
  numbers[start + CHANGE.bySilence] = cause === 'fact' ? 0 : 1
  numbers[start + CHANGE.byModel] = cause === 'model' ? 1 : 0
  numbers[start + CHANGE.band] = f64[base + SLOT.band] ?? 0
  numbers[start + CHANGE.bandSince] = f64[base + SLOT.bandSince] ?? 0
  numbers[start + CHANGE.previousBand] = before
  numbers[start + CHANGE.previousRisk] = version === 1 ? NaN : known
  numbers[start + CHANGE.status] = f64[base + SLOT.status] ?? 0
  numbers[start + CHANGE.joinedAt] = f64[base + SLOT.joinedAt] ?? 0
  numbers[start + CHANGE.termStart] = f64[base + SLOT.termStart] ?? 0
  numbers[start + CHANGE.termEnd] = f64[base + SLOT.termEnd] ?? 0
  scorer.writeAsScored(chunk.rows, i, numbers, start + CHANGE_SLOTS)
  if (risk !== LEFT) remember(work, i, risk, numbers[start + CHANGE_SLOTS + SCORE.at] ?? 0)
}

/**
 * Notes when to look again. The index is written only when the time moves
 * earlier: activity usually moves it later, and a stale early entry costs one
 * look, while a write for every fact costs a third of the throughput.
 */
function setNext(work: Work, i: number, check: EpochMs): void {
  const { chunk } = work
  const { f64, slots } = chunk.rows
  const base = i * slots
  const next = Math.min(check, predictionDue(work, i))
  f64[base + SLOT.nextAt] = next
  const indexed = f64[base + SLOT.dueAt] ?? 0
  if (next === Infinity || (indexed !== 0 && indexed <= next)) return
  f64[base + SLOT.dueAt] = next
  mark(chunk, i, DUE)
}

/** After the sweep has looked at a row, its entry must be the true time again, or go. */
export function rearm(chunk: Chunk, i: number): void {
  const { f64, slots } = chunk.rows
  const base = i * slots
  const next = f64[base + SLOT.nextAt] ?? 0
  f64[base + SLOT.dueAt] = next === Infinity ? 0 : next
  mark(chunk, i, ROW | DUE)
}

function bandOf(value: number | undefined): BandNumber {
  return value === 1 || value === 2 || value === 3 ? value : 0
}
