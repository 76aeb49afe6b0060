import type { MemberRiskV1 } from '@perennial/streams'
import { riskFaults } from '../../e2e/harness/risk-records.ts'
import type { Found } from '../../e2e/harness/topic-records.ts'
import type { Loss } from './contacts.ts'

type Told = Readonly<{ record: MemberRiskV1; found: Found }>

/**
 * What went against "the same version never says two things", a line each. A store that has lost something counts
 * anew from what it still has, marked as replayed: so what is told between two losses is looked at by itself. Gaps are
 * looked for as long as nothing was lost; what was told while it was being lost is left out.
 */
export function risksBetween(told: readonly Told[], losses: readonly Loss[]): string[] {
  const ordered = losses.toSorted((a, b) => a.at - b.at)
  const whole = told.filter(
    ({ found }) => !ordered.some(({ at, to }) => found.timestamp >= at && found.timestamp <= to),
  )
  const lostBefore = ({ found }: Told) => ordered.filter(({ to }) => found.timestamp > to).length
  return [...Map.groupBy(whole, lostBefore)].flatMap(([count, some]) =>
    count === 0 ? riskFaults(some) : changed(some),
  )
}

function changed(told: readonly Told[]): string[] {
  const known = new Map<string, Buffer>()
  return told.flatMap(({ record: { memberId, version }, found: { value } }) => {
    const name = `${memberId} ${version}`
    const bytes = value ?? Buffer.alloc(0)
    const before = known.get(name) ?? bytes
    known.set(name, before)
    return before.equals(bytes) ? [] : [`${name} came again as something else`]
  })
}
