import type { MemberRiskV1 } from '@perennial/streams'
import { listed, type RiskProjection } from '@perennial/runtime'

type Known = Readonly<{ version: number; risk: MemberRiskV1 | undefined }>

/** `RiskProjection` without Redis; the same contract suite holds for both. */
export function memoryRiskProjection(): RiskProjection {
  const members = new Map<string, Known>()
  const inBand = (band: string) => [...members.values()].flatMap(({ risk }) => (risk?.band === band ? [risk] : []))

  return {
    versions: async (_, memberIds) => memberIds.map((id) => members.get(id)?.version),
    async upsert(_, risks) {
      let seen = 0
      for (const risk of risks) {
        const known = members.get(risk.memberId)
        const kept = listed(risk) === undefined ? undefined : risk
        if (risk.version <= (known?.version ?? 0)) seen++
        else if (kept !== undefined || known !== undefined)
          members.set(risk.memberId, { version: risk.version, risk: kept })
      }
      return seen
    },
    get: async (memberId) => members.get(memberId)?.risk,
    forget: async (_, memberIds) => memberIds.filter((id) => members.delete(id)).length,
    top: async (band, { limit, offset = 0 }) =>
      inBand(band)
        .toSorted((a, b) => worth(b) - worth(a) || (a.memberId < b.memberId ? -1 : 1))
        .slice(offset, offset + limit),
    count: async (band) => inBand(band).length,
  }
}

function worth({ valueAtRisk, lapseRisk }: MemberRiskV1): number {
  return valueAtRisk + lapseRisk / 1_000
}
