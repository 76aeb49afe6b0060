import { type EpochMs, readTail, type Rows, SLOT, slot, STATUS } from '@perennial/member'
import { type Scorer, topReasons } from '@perennial/risk'
import type { Alert, Alerts, Clock, ListedBand, MemberReader, RiskProjection } from '@perennial/runtime'
import { toldReasons } from './feedback.ts'
import type { MemberRiskV1 } from '@perennial/streams'

export type AtRiskQuery = Readonly<{ bands: readonly ListedBand[]; limit: number; offset: number }>

/** One member of the at-risk list. Times are ISO 8601; null = not known. */
export type AtRiskMember = Readonly<{
  memberId: string
  chapter: string | null
  tier: string | null
  lapseRisk: number
  band: 'low' | 'medium' | 'high'
  bandSince: string
  horizon: Readonly<{ kind: 'renewal' | 'activity'; at: string }>
  valueAtRisk: number
  engagementScore: number
  confidence: number
  asOf: string
  modelId: string
  /** Why, in words: what the member told us first, then what tells most. */
  reasons: readonly string[]
  /** Features behind what tells most, by name: what can be counted over members. */
  drivers: readonly string[]
}>

export type AtRisk = Readonly<{ total: number; members: readonly AtRiskMember[] }>

export type AtRiskSources = Readonly<{
  risks: RiskProjection
  members: MemberReader
  alerts: Pick<Alerts, 'ofMember'>
  scorer: Scorer
  clock: Clock
}>

/**
 * The members at risk with the most at stake first. Who is on the list, and in which order, is what was last
 * published; what is said of each is scored now, as for one member, so that the two never disagree.
 */
export async function listAtRisk(sources: AtRiskSources, { bands, limit, offset }: AtRiskQuery): Promise<AtRisk> {
  const { risks, members, alerts, scorer, clock } = sources
  const [counts, tops] = await Promise.all([
    Promise.all(bands.map((band) => risks.count(band))),
    Promise.all(bands.map((band) => risks.top(band, { limit: offset + limit }))),
  ])
  const page = tops
    .flat()
    .toSorted(
      (a, b) => b.valueAtRisk - a.valueAtRisk || b.lapseRisk - a.lapseRisk || (a.memberId < b.memberId ? -1 : 1),
    )
    .slice(offset, offset + limit)
  const [rows, heard] = await Promise.all([
    members.readMany(page.map(({ memberId }) => memberId)),
    Promise.all(page.map(({ memberId }) => alerts.ofMember(memberId))),
  ])
  const now = clock.now()
  const listed = page.flatMap((risk, i) => viewOf(scorer, { risk, rows: rows[i], heard: heard[i] ?? [] }, now) ?? [])
  return {
    total: counts.reduce((sum, count) => sum + count, 0),
    members: listed.toSorted((a, b) => b.valueAtRisk - a.valueAtRisk || b.lapseRisk - a.lapseRisk),
  }
}

/** Undefined for who has lapsed, or is gone, since the list was written. */
function viewOf(
  scorer: Scorer,
  { risk, rows, heard }: Readonly<{ risk: MemberRiskV1; rows: Rows | undefined; heard: readonly Alert[] }>,
  now: EpochMs,
): AtRiskMember | undefined {
  if (rows === undefined || slot(rows, 0, SLOT.status) === STATUS.lapsed) return undefined
  const { chapter = null, tier = null } = readTail(rows, 0)
  const score = scorer.score(rows, 0, now)
  const most = topReasons(score.contributions)
  return {
    memberId: risk.memberId,
    chapter,
    tier,
    lapseRisk: score.lapseRisk,
    band: risk.band,
    bandSince: iso(risk.bandSince),
    horizon: { kind: score.horizon.kind, at: iso(score.horizon.at) },
    valueAtRisk: score.valueAtRisk,
    engagementScore: score.engagementScore,
    confidence: score.confidence,
    asOf: iso(score.at),
    modelId: score.modelId,
    reasons: [...toldReasons(heard, now), ...most.map(scorer.reason)],
    drivers: most.map(({ feature }) => feature),
  }
}

function iso(at: number): string {
  return new Date(at).toISOString()
}
