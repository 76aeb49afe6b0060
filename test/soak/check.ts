import { BUILT_IN } from '@perennial/member'
import { createMemberReader, partitionKeys, type Platform } from '@perennial/runtime'
import { memberIdAt } from '../bench/load/facts.ts'
import { readStream } from '../e2e/harness/topic-records.ts'
import type { Offered } from './facts.ts'

const AT_ONCE = 2_000

/** Holds every row against what was offered, each fact counted once: what differs, in words. */
export async function checkSoaked(platform: Platform, { expected, sentAt }: Offered): Promise<string[]> {
  const { namespace, partitions } = platform
  const redis = platform.redis('command')
  // What became of contacts comes back as facts; told twice after a kill, it is one.
  const outcomes = new Map(
    (await readStream(platform, 'outreach-outcome')).map(({ record }) => [record.eventId, record]),
  )
  for (const record of outcomes.values()) {
    const member = Number(/^M(\d+)$/.exec(record.member.memberId ?? '')?.[1] ?? Number.NaN)
    if (member >= 0) expected.add({ member, input: { stream: 'outreach-outcome', record }, repeated: false })
  }

  const reader = createMemberReader(redis, namespace, partitions.activity, BUILT_IN)
  const problems: string[] = []
  for (let from = 0; from < expected.members; from += AT_ONCE) {
    const count = Math.min(AT_ONCE, expected.members - from)
    const ids = Array.from({ length: count }, (_, i) => memberIdAt(from + i))
    for (const [i, rows] of (await reader.readMany(ids)).entries()) {
      const problem = rows === undefined ? 'no row' : expected.problem(from + i, rows, 0)
      if (problem !== undefined) problems.push(`${ids[i]}: ${problem}`)
    }
  }
  const sizes = Array.from({ length: partitions.activity }, (_, p) => redis.hlen(partitionKeys(namespace, p).rows))
  const rows = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
  const members = expected.members + sentAt.size
  return [
    ...(problems.length === 0 ? [] : [`${problems.length} rows are wrong: ${problems.slice(0, 3).join('; ')}`]),
    ...(rows === members ? [] : [`There are ${rows} rows for ${members} members.`]),
  ]
}
