import type { RiskChange } from '@perennial/engine'
import type { MemberRiskV1 } from '@perennial/streams'

const BAND_NAMES = ['low', 'low', 'medium', 'high'] as const
const PREVIOUS_BAND_NAMES = [null, 'low', 'medium', 'high'] as const
const STATUS_NAMES = ['unknown', 'active', 'lapsed'] as const

/** A change of risk as others read it. `replay`: history is being worked through, and nobody is to act on it. */
export function memberRisk(change: RiskChange, replay: boolean): MemberRiskV1 {
  const { score, membership } = change
  return {
    memberId: change.member,
    version: change.version,
    asOf: score.at,
    cause: change.cause,
    lapseRisk: score.lapseRisk,
    horizonKind: score.horizon.kind,
    horizonAt: score.horizon.at,
    engagementScore: score.engagementScore,
    band: BAND_NAMES[change.band],
    previousBand: PREVIOUS_BAND_NAMES[change.previousBand],
    bandSince: change.bandSince,
    confidence: score.confidence,
    valueAtRisk: score.valueAtRisk,
    dues: score.dues,
    modelId: score.modelId,
    // What adds nothing is left out: the sum is the same, and the record half as long.
    contributions: score.contributions.filter(({ contribution }) => contribution !== 0),
    logit: score.logit,
    status: STATUS_NAMES[membership.status] ?? 'unknown',
    termStart: membership.termStart || null,
    termEnd: membership.termEnd || null,
    joinedAt: membership.joinedAt || null,
    previousRisk: change.previousRisk ?? null,
    replay,
  }
}
