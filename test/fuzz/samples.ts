import type { SourceInput } from '@perennial/runtime'
import { sampleRecords } from '../../services/cli/src/sample/sample.ts'

/** 2026-11-23T12:00:00Z. */
export const NOW = Date.UTC(2026, 10, 23, 12)

const A_STREAM = 6

/** Some records of every stream, as the sample association has them. */
export function sampleInputs(): readonly SourceInput[] {
  const byStream = new Map<string, SourceInput[]>()
  for (const input of sampleRecords({ seed: 1, end: NOW, members: 30, days: 200 })) {
    const some = byStream.get(input.stream) ?? []
    byStream.set(input.stream, some)
    if (some.length < A_STREAM) some.push(input)
  }
  return [...byStream.values()].flat()
}
