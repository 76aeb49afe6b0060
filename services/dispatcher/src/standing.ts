import { type EpochMs, type Rows, SLOT, slot } from '@perennial/member'
import type { BandName } from '@perennial/risk'
import type { MemberRiskV1 } from '@perennial/streams'

/** How a member stood when a cause came about: said by a record of risk, or read from the row. */
export type Standing = Readonly<{
  memberId: string
  /** Of the latest risk made known. */
  version: number
  /** When the cause came about. */
  asOf: EpochMs
  modelId: string
  band: BandName
  lapseRisk: number
  /** Dues at risk. */
  valueAtRisk: number
  termEnd: EpochMs | null
  joinedAt: EpochMs | null
  /** What the risk is made of, where a record told it. */
  contributions?: MemberRiskV1['contributions']
}>

const BANDS = ['low', 'low', 'medium', 'high'] as const

/** `modelId`: of the model in use, which scored the row or is about to. */
export function standingOf(memberId: string, rows: Rows, modelId: string, asOf: EpochMs): Standing {
  const at = (index: number) => slot(rows, 0, index)
  return {
    memberId,
    version: at(SLOT.version),
    asOf,
    modelId,
    band: BANDS[at(SLOT.band)] ?? 'low',
    lapseRisk: at(SLOT.emittedRisk),
    valueAtRisk: at(SLOT.dues) * at(SLOT.emittedRisk),
    termEnd: at(SLOT.termEnd) || null,
    joinedAt: at(SLOT.joinedAt) || null,
  }
}
