import type { Platform } from '@perennial/runtime'
import { countRows, wrongRows } from '../bench/rig/check.ts'
import { readStream } from '../e2e/harness/topic-records.ts'
import type { Offered } from './facts.ts'

/** Holds every row against what was offered, each fact counted once: what differs, in words. */
export async function checkSoaked(platform: Platform, { expected, sentAt }: Offered): Promise<string[]> {
  // What became of contacts comes back as facts; told twice after a kill, it is one.
  const outcomes = new Map(
    (await readStream(platform, 'outreach-outcome')).map(({ record }) => [record.eventId, record]),
  )
  for (const record of outcomes.values()) {
    const member = Number(/^M(\d+)$/.exec(record.member.memberId ?? '')?.[1] ?? Number.NaN)
    if (member >= 0) expected.add({ member, input: { stream: 'outreach-outcome', record }, repeated: false })
  }
  const problems = await wrongRows(platform, expected)
  const rows = await countRows(platform)
  const members = expected.members + sentAt.size
  return [
    ...(problems.length === 0 ? [] : [`${problems.length} rows are wrong: ${problems.slice(0, 3).join('; ')}`]),
    ...(rows === members ? [] : [`There are ${rows} rows for ${members} members.`]),
  ]
}
