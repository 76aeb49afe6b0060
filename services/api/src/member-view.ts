import { countOf, type EpochMs, lastAtOf, readTail, refuses, type Rows, SLOT, slot, STATUS } from '@perennial/member'
import { bandName, bandNumber, type Contribution, type Scorer, topReasons, whatWouldChange } from '@perennial/risk'

/** Everything there is to say about one member now. Times are ISO 8601; null = not known. */
export type MemberView = ReturnType<typeof memberView>

/** The consent by which a member objects to profiling, see `schemas/README.md`. */
const PROFILING = 'profiling'

type Scored = ReturnType<typeof scored>
type Judged = Omit<Scored, 'risk'> & Readonly<{ risk: Scored['risk'] | null }>

/** Of who objects to being profiled: nothing is made of what is known. */
const NOT_SCORED: Judged = { risk: null, reasons: [], whatWouldChange: [], nextCheckAt: null }

/**
 * Scores the row at `now` and puts every number into words as well; of who objects to being profiled it tells the facts
 * alone. `rows` holds the member at index 0.
 */
export function memberView(scorer: Scorer, memberId: string, rows: Rows, now: EpochMs) {
  const objects = refuses(rows, 0, PROFILING)
  const judged: Judged = objects ? NOT_SCORED : scored(scorer, rows, now)
  const { chapter = null, tier = null, timeZone = null, consent } = readTail(rows, 0)
  return {
    memberId,
    status: statusOf(rows),
    chapter,
    tier,
    timeZone,
    joinedAt: isoOf(rows, SLOT.joinedAt),
    term: termOf(rows),
    consent: Object.fromEntries(Object.entries(consent).map(([purpose, { granted }]) => [purpose, granted])),
    profiling: objects ? ('refused' as const) : ('not refused' as const),
    ...judged,
    timeline: timelineOf(rows),
  }
}

function scored(scorer: Scorer, rows: Rows, now: EpochMs) {
  const score = scorer.score(rows, 0, now)
  const nextCheck = scorer.nextCheck(rows, 0, score.at)
  return {
    risk: {
      at: iso(score.at),
      lapseRisk: score.lapseRisk,
      interval: score.interval ?? null,
      horizon: { kind: score.horizon.kind, at: iso(score.horizon.at) },
      band: bandName(bandNumber(slot(rows, 0, SLOT.band))) ?? null,
      bandSince: isoOf(rows, SLOT.bandSince),
      engagementScore: score.engagementScore,
      confidence: score.confidence,
      dues: score.dues,
      valueAtRisk: score.valueAtRisk,
      futureValueAtRisk: score.futureValueAtRisk,
      model: { id: score.modelId, kind: scorer.model.kind },
      logit: score.logit,
      contributions: score.contributions.map((part) => inWords(scorer, part)),
    },
    reasons: topReasons(score.contributions).map(scorer.reason),
    whatWouldChange: whatWouldChange(scorer, rows, 0, score.at),
    nextCheckAt: Number.isFinite(nextCheck) ? iso(nextCheck) : null,
  }
}

function inWords({ reason }: Scorer, part: Contribution) {
  const { feature, value, known, contribution } = part
  return { feature, words: reason(part), value: known ? value : null, contribution }
}

function statusOf(rows: Rows): keyof typeof STATUS {
  const stored = slot(rows, 0, SLOT.status)
  return stored === STATUS.active ? 'active' : stored === STATUS.lapsed ? 'lapsed' : 'unknown'
}

function termOf(rows: Rows) {
  const end = slot(rows, 0, SLOT.termEnd)
  if (end === 0) return null
  const autoRenew = slot(rows, 0, SLOT.autoRenew)
  return {
    start: isoOf(rows, SLOT.termStart),
    end: iso(end),
    dues: slot(rows, 0, SLOT.dues),
    autoRenew: autoRenew === 0 ? null : autoRenew === 2,
    renewals: slot(rows, 0, SLOT.renewals),
  }
}

/** Each signal that was ever seen, the latest first. */
function timelineOf(rows: Rows) {
  return rows.vocabulary.signals
    .map(({ id, name, label, family }) => ({
      signal: name,
      label,
      family,
      lastAt: lastAtOf(rows, 0, id),
      count: countOf(rows, 0, id),
    }))
    .filter(({ count }) => count > 0)
    .toSorted((a, b) => b.lastAt - a.lastAt)
    .map(({ lastAt, ...rest }) => ({ ...rest, lastAt: iso(lastAt) }))
}

function isoOf(rows: Rows, index: number): string | null {
  const at = slot(rows, 0, index)
  return at === 0 ? null : iso(at)
}

function iso(at: EpochMs): string {
  return new Date(at).toISOString()
}
