import { CHANGE, CHANGE_SLOTS, type Chunk } from '@perennial/engine'
import { memberIdOf } from '@perennial/member'
import { readScore } from '@perennial/risk'
import type { MemberRiskV1 } from '@perennial/streams'

const BANDS = ['low', 'low', 'medium', 'high'] as const
const PREVIOUS = [null, 'low', 'medium', 'high'] as const
const STATUSES = ['unknown', 'active', 'lapsed'] as const

type Named = Readonly<{ modelId: string; contributionNames: readonly string[] }>

/**
 * Change `n` of the chunk as the record that `RiskWriter` writes, for those who need no bytes. Without names of contributions, what
 * the risk is made of is left out. `replay`: nobody is to act on it; nor on a change of model.
 */
export function riskRecordOf({ keys, risks }: Chunk, n: number, names: Named, replay = false): MemberRiskV1 {
  const { numbers } = risks
  const start = risks.start(n)
  const change = (slot: number) => numbers[start + slot] ?? 0
  const { modelId, contributionNames } = names
  const score = readScore(modelId, contributionNames, numbers, start + CHANGE_SLOTS)
  const previousRisk = change(CHANGE.previousRisk)
  return {
    memberId: memberIdOf(keys[change(CHANGE.place)] ?? ''),
    version: change(CHANGE.version),
    asOf: score.at,
    cause: change(CHANGE.bySilence) === 1 ? 'silence' : 'fact',
    lapseRisk: score.lapseRisk,
    horizonKind: score.horizon.kind,
    horizonAt: score.horizon.at,
    engagementScore: score.engagementScore,
    band: BANDS[change(CHANGE.band)] ?? 'low',
    previousBand: PREVIOUS[change(CHANGE.previousBand)] ?? null,
    bandSince: change(CHANGE.bandSince),
    confidence: score.confidence,
    valueAtRisk: score.valueAtRisk,
    dues: score.dues,
    modelId,
    contributions: score.contributions.filter(({ contribution }) => contribution !== 0),
    logit: score.logit,
    status: STATUSES[change(CHANGE.status)] ?? 'unknown',
    termStart: change(CHANGE.termStart) || null,
    termEnd: change(CHANGE.termEnd) || null,
    joinedAt: change(CHANGE.joinedAt) || null,
    previousRisk: Number.isNaN(previousRisk) ? null : previousRisk,
    replay: replay || change(CHANGE.byModel) === 1,
  }
}
