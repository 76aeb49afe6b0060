import { DAY_MS, type EpochMs, SLOT, slot, STATUS } from '@perennial/member'
import { type BandNumber, bandNumber } from '@perennial/risk'
import { mark, ROW } from './chunk.ts'
import type { Work } from './engine.ts'

/*
 * Of each member one thing that was said is remembered until it came true or
 * did not: the risk last made known before the end of the running term, or,
 * where risks are about the days that follow, one window after the other, so
 * that busy members are not judged more often than quiet ones. It stands in
 * the row, hence moves with the facts, and costs no store of its own.
 */

/** What a prediction is about: the renewal of a term, having left within a window, no activity within a window. */
export const ABOUT = { term: 0, leaving: 1, silence: 2 } as const

export type About = (typeof ABOUT)[keyof typeof ABOUT]

export type Prediction = Readonly<{
  /** See `modelNumber`. */
  model: number
  about: About
  band: BandNumber
  /** 0..1, in steps of 1e-5. */
  risk: number
}>

/** How what was said came out. The first three are lapses. */
export type OutcomeName = 'lapsed' | 'expired' | 'silent' | 'renewed' | 'stayed' | 'active'

export type Outcome = Prediction &
  Readonly<{
    /** The place of the member in the chunk. */
    place: number
    /** The end of the term, or the beginning of the window: with the member it names the prediction. */
    saidAt: EpochMs
    outcome: OutcomeName
    at: EpochMs
    shadow: Readonly<{ model: number; risk: number }> | undefined
  }>

/** A term that was neither renewed nor ended by a lapse counts as not renewed after this. */
const GRACE_MS = 90 * DAY_MS
/** A term that ends later by less than this was corrected, not renewed. */
const LEAST_TERM_MS = 27 * DAY_MS

const RISKS = 2 ** 17 - 1

/** All of it in one number below 2^53: 32 bits model, 2 about, 2 band, 17 risk. */
export function packPrediction({ model, about, band, risk }: Prediction): number {
  return ((model * 4 + about) * 4 + band) * (RISKS + 1) + Math.round(risk * RISKS)
}

export function unpackPrediction(packed: number): Prediction {
  const rest = Math.floor(packed / (RISKS + 1))
  return {
    model: Math.floor(rest / 16),
    about: aboutOf(packed),
    band: bandNumber(rest % 4),
    risk: (packed % (RISKS + 1)) / RISKS,
  }
}

function aboutOf(packed: number): About {
  const about = Math.floor(packed / (4 * (RISKS + 1))) % 4
  return about === ABOUT.term || about === ABOUT.leaving ? about : ABOUT.silence
}

/** Remembers what is said at `at`, where nothing that was said before waits for its window to end. */
export function remember({ chunk, engine }: Work, i: number, risk: number, at: EpochMs): void {
  const { rows } = chunk
  const { f64 } = rows
  const base = i * rows.slots
  const { foretold, number, shadow } = engine.model
  const termEnd = f64[base + SLOT.termEnd] ?? 0
  const byTerm = foretold.byTerm && termEnd > at
  if (!byTerm && f64[base + SLOT.said] !== 0) return
  const about = byTerm ? ABOUT.term : foretold.leaving ? ABOUT.leaving : ABOUT.silence
  // Who has been silent for a whole window is gone: to foretell that over and over would make any model look good.
  if (about === ABOUT.silence && foretold.lastActivity(rows, i) <= at - foretold.windowMs) return
  f64[base + SLOT.said] = packPrediction({ model: number, about, band: bandNumber(f64[base + SLOT.band] ?? 0), risk })
  f64[base + SLOT.saidAt] = byTerm ? termEnd : at
  f64[base + SLOT.saidByShadow] =
    shadow === undefined
      ? 0
      : packPrediction({ model: shadow.number, about, band: 0, risk: shadow.scorer.lapseRisk(rows, i, at) })
}

/** When what was said of the row is settled by time alone; Infinity = nothing waits. */
export function predictionDue({ chunk, engine }: Work, i: number): EpochMs {
  const { f64, slots } = chunk.rows
  const base = i * slots
  const said = f64[base + SLOT.said] ?? 0
  if (said === 0) return Infinity
  const wait = aboutOf(said) === ABOUT.term ? GRACE_MS : engine.model.foretold.windowMs
  return (f64[base + SLOT.saidAt] ?? 0) + wait
}

/**
 * Settles what time has settled by `at`, before anything is said anew. True:
 * it was about a member who is still there, and the next window begins.
 */
export function settleByTime(work: Work, i: number, at: EpochMs): boolean {
  const due = predictionDue(work, i)
  if (at < due) return false
  const { rows } = work.chunk
  const about = aboutOf(slot(rows, i, SLOT.said))
  if (about === ABOUT.term) {
    settle(work, i, 'expired', due)
    return false
  }
  const active = work.engine.model.foretold.lastActivity(rows, i) > slot(rows, i, SLOT.saidAt)
  const outcome = about === ABOUT.leaving ? 'stayed' : active ? 'active' : 'silent'
  settle(work, i, outcome, due)
  return outcome !== 'silent'
}

/** What a row said of the membership before a fact. */
export type Standing = Readonly<{ status: number; renewals: number; termStart: EpochMs; termEnd: EpochMs }>

export function standingOf({ chunk: { rows } }: Work, i: number): Standing {
  return {
    status: slot(rows, i, SLOT.status),
    renewals: slot(rows, i, SLOT.renewals),
    termStart: slot(rows, i, SLOT.termStart),
    termEnd: slot(rows, i, SLOT.termEnd),
  }
}

/** Settles what a fact of the member database, just folded, has settled. */
export function settleByFact(work: Work, i: number, before: Standing, at: EpochMs): void {
  const { f64, slots } = work.chunk.rows
  const base = i * slots
  const said = f64[base + SLOT.said] ?? 0
  if (said === 0) return
  const now = standingOf(work, i)
  if (now.status === STATUS.lapsed && before.status !== STATUS.lapsed) settle(work, i, 'lapsed', at)
  // What comes late about an earlier term says nothing of this one.
  else if (aboutOf(said) === ABOUT.term && at > before.termStart) {
    const saidAt = f64[base + SLOT.saidAt] ?? 0
    if (now.renewals > before.renewals || now.termEnd >= saidAt + LEAST_TERM_MS) settle(work, i, 'renewed', at)
    else if (now.termEnd !== before.termEnd) f64[base + SLOT.saidAt] = now.termEnd
  }
}

/** A window that another model opened and this one cannot judge is given up. */
export function dropForeignWindow({ chunk, engine }: Work, i: number): void {
  const said = slot(chunk.rows, i, SLOT.said)
  if (said === 0 || aboutOf(said) === ABOUT.term) return
  if (!engine.model.comparable.has(unpackPrediction(said).model)) clear({ chunk, engine }, i)
}

function settle(work: Pick<Work, 'chunk' | 'engine'>, place: number, outcome: OutcomeName, at: EpochMs): void {
  const { rows, outcomes } = work.chunk
  const byShadow = slot(rows, place, SLOT.saidByShadow)
  const shadow = byShadow === 0 ? undefined : unpackPrediction(byShadow)
  outcomes.push({
    ...unpackPrediction(slot(rows, place, SLOT.said)),
    place,
    saidAt: slot(rows, place, SLOT.saidAt),
    outcome,
    at,
    shadow: shadow && { model: shadow.model, risk: shadow.risk },
  })
  clear(work, place)
}

function clear({ chunk }: Pick<Work, 'chunk' | 'engine'>, i: number): void {
  const { f64, slots } = chunk.rows
  const base = i * slots
  f64[base + SLOT.said] = 0
  f64[base + SLOT.saidAt] = 0
  f64[base + SLOT.saidByShadow] = 0
  mark(chunk, i, ROW)
}
