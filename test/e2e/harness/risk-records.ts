import type { MemberRiskV1 } from '@perennial/streams'
import type { Found } from './topic-records.ts'

type Told = Readonly<{ record: MemberRiskV1; found: Found }>

/**
 * What went against "numbered without a gap, in order, and what comes again is the same", a line each. `told` is the
 * topic, partition by partition; after a crash records may come again.
 */
export function riskFaults(told: readonly Told[]): string[] {
  const known = new Map<string, Buffer[]>()
  return told.flatMap(({ record: { memberId, version }, found: { value } }) => {
    const versions = known.get(memberId) ?? []
    known.set(memberId, versions)
    const bytes = value ?? Buffer.alloc(0)
    const before = versions[version - 1]
    if (before !== undefined) return before.equals(bytes) ? [] : [`${memberId} ${version} came again as something else`]
    if (version !== versions.push(bytes)) return [`${memberId} ${version} came after ${versions.length - 1}`]
    return []
  })
}

/** How many records came again. */
export function repeats(told: readonly Told[]): number {
  return told.length - new Set(told.map(({ record }) => `${record.version} ${record.memberId}`)).size
}
