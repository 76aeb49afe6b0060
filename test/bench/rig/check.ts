import { BUILT_IN, factsInBlock, foldFact, memberIdOf, newRows, readBlock } from '@perennial/member'
import { createMemberReader, type Log, partitionKeys, type Platform } from '@perennial/runtime'
import type { Expected } from '../load/expected.ts'
import { memberIdAt } from '../load/facts.ts'
import { ACTIVITY_TOPIC } from './positions.ts'

const AT_ONCE = 2_000
const BLOCKS_AT_ONCE = 64

/** Holds every member's row against what the load must have made of it. Throws: a fast wrong answer is a failed run. */
export async function checkRows(platform: Platform, expected: Expected): Promise<void> {
  complain('the rows in Redis', await wrongRows(platform, expected))
  const rows = await countRows(platform)
  if (rows !== expected.members) throw new Error(`Wrong result: ${rows} rows for ${expected.members} members.`)
}

/** What is wrong with the members' rows, in words. */
export async function wrongRows(platform: Platform, expected: Expected): Promise<string[]> {
  const { namespace, partitions } = platform
  const reader = createMemberReader(platform.redis('command'), namespace, partitions.activity, BUILT_IN)
  const problems: string[] = []
  for (let from = 0; from < expected.members; from += AT_ONCE) {
    const count = Math.min(AT_ONCE, expected.members - from)
    const ids = Array.from({ length: count }, (_, i) => memberIdAt(from + i))
    for (const [i, rows] of (await reader.readMany(ids)).entries()) {
      const problem = rows === undefined ? 'no row' : expected.problem(from + i, rows, 0)
      if (problem !== undefined) problems.push(`${ids[i]}: ${problem}`)
    }
  }
  return problems
}

export async function countRows({ redis, namespace, partitions }: Platform): Promise<number> {
  const connection = redis('command')
  const sizes = Array.from({ length: partitions.activity }, (_, p) => connection.hlen(partitionKeys(namespace, p).rows))
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
}

/** Holds what ingest wrote against the load: every fact once, for the right member. */
export async function checkBlocks({ log, partitions }: Platform, expected: Expected, facts: number): Promise<void> {
  const rows = newRows(expected.members)
  let found = 0
  for (let partition = 0; partition < partitions.activity; partition++) {
    for await (const block of blocksOf(log, partition)) {
      found += factsInBlock(block)
      for (const fact of readBlock(block)) foldFact(rows, Number(memberIdOf(fact.subject).slice(1)), fact)
    }
  }
  if (found !== facts) throw new Error(`Wrong result: ${found} facts in member-activity instead of ${facts}.`)
  const members = Array.from({ length: expected.members }, (_, member) => member)
  const problems = members.flatMap((member) => {
    const problem = expected.problem(member, rows, member)
    return problem === undefined ? [] : [`${memberIdAt(member)}: ${problem}`]
  })
  complain('the facts in member-activity', problems)
}

async function* blocksOf(log: Log, partition: number): AsyncGenerator<Buffer> {
  for (let offset = 0; ;) {
    const records = await log.read({ topic: ACTIVITY_TOPIC, partition }, offset, BLOCKS_AT_ONCE)
    const last = records.at(-1)
    if (last === undefined) return
    for (const { value } of records) if (value !== null) yield value
    offset = last.offset + 1
  }
}

function complain(what: string, problems: readonly string[]): void {
  if (problems.length === 0) return
  throw new Error(`Wrong result: ${problems.length} members differ in ${what}. ${problems.slice(0, 5).join('; ')}`)
}
