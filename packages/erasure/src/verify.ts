import { type EpochMs, FactCursor, memberKey, type SubjectKey } from '@perennial/member'
import {
  headerValues,
  type Log,
  type LogRecord,
  type Platform,
  type Redis,
  type RestingPlace,
  scanRedis,
} from '@perennial/runtime'
import { type Topic, TOPICS, topicOf } from '@perennial/streams'
import { createNeedles, type Needles } from './needles.ts'

/** Something of a member that is still there. */
export type Remain = Readonly<{
  where: string
  count: number
  /** `rests`: gone by then by itself. `found`: should not be there. */
  kind: 'rests' | 'found'
  until?: RestingPlace['until']
}>

export type VerifyDeps = Readonly<{
  mode: Platform['mode']
  redis: Redis
  namespace: string
  log: Pick<Log, 'read' | 'startOffsets' | 'endOffsets'>
  /** When the erasure was done, or undefined: nothing may rest that came later. */
  completedAt: EpochMs | undefined
  progress?: (where: string) => void
}>

export type Looked = Readonly<{ memberId: string; subjects: readonly SubjectKey[]; emails: readonly string[] }>

const PAGE = 1_000

/** Looks for the member, the subjects and the addresses in everything that is kept: every value in Redis, every record of every topic. */
export async function findRemains(deps: VerifyDeps, looked: Looked): Promise<Remain[]> {
  const needles = createNeedles(looked)
  const found = new Map<string, number>()
  deps.progress?.('Redis')
  for await (const { key, field, value } of scanRedis(deps.redis, deps.namespace)) {
    const named = needles.inKey(key, deps.namespace) || needles.inBytes(field) || needles.inBytes(value)
    if (named) found.set(placeOf(key, deps.namespace), (found.get(placeOf(key, deps.namespace)) ?? 0) + 1)
  }
  const stored = [...found].map(([where, count]): Remain => ({ where: `Redis: ${where}`, count, kind: 'found' }))
  const logged: Remain[] = []
  for (const topic of TOPICS) logged.push(...(await remainsIn(deps, topic, needles, looked)))
  return [...stored, ...logged]
}

/** What a key is for, without what it names. */
function placeOf(key: string, namespace: string): string {
  const own = key.replace(`{${namespace}:`, '').replace(`${namespace}:`, '')
  const [kind = '', , part = ''] = own.split(/[:}]+/)
  return part === '' || kind === 'q' ? kind : `${kind}:${part}`
}

async function remainsIn(deps: VerifyDeps, topic: Topic, needles: Needles, looked: Looked): Promise<Remain[]> {
  const { log, mode, progress, completedAt = Infinity } = deps
  progress?.(topic.name)
  const isFound = topic.name === topicOf('member-activity') ? inBlock(looked) : inRecord(needles, looked)
  let late = 0
  let early = 0
  let latest = 0
  for await (const record of recordsOf(log, topic.name)) {
    if (!isFound(record)) continue
    // What others send us we can only refuse.
    if (topic.role !== 'source' && record.timestamp > completedAt) late++
    else early++
    latest = Math.max(latest, record.timestamp)
  }
  const compacted = mode === 'kafka' ? 'compaction' : 'trimming'
  const until = topic.cleanup === 'compact' ? compacted : latest + topic.retentionMs
  return [
    ...(early > 0 ? [{ where: topic.name, count: early, kind: 'rests', until } as const] : []),
    ...(late > 0 ? [{ where: topic.name, count: late, kind: 'found' } as const] : []),
  ]
}

async function* recordsOf(log: VerifyDeps['log'], topic: string): AsyncGenerator<LogRecord> {
  const [starts, ends] = await Promise.all([log.startOffsets(topic), log.endOffsets(topic)])
  for (const [partition, end] of ends.entries()) {
    for (let at = starts[partition] ?? 0; at < end;) {
      const page = await log.read({ topic, partition }, at, PAGE)
      yield* page
      at = (page.at(-1)?.offset ?? end - 1) + 1
    }
  }
}

function inRecord(needles: Needles, { memberId }: Looked): (record: LogRecord) => boolean {
  return ({ key, value, headers }) => {
    // A tombstone names the member, and is what takes the rest away.
    if (value === null) return false
    if (key !== null && (String(key) === memberId || needles.inBytes(key))) return true
    if (needles.inBytes(value)) return true
    return Object.values(headers ?? {}).some((given) =>
      headerValues(given).some((one) => needles.inBytes(Buffer.from(one))),
    )
  }
}

/** Facts and links, but not the erasures themselves, which are sealed. */
function inBlock({ memberId, subjects }: Looked): (record: LogRecord) => boolean {
  const wanted = new Set<string>([memberKey(memberId), ...subjects])
  return ({ value }) => {
    if (value === null) return false
    try {
      const cursor = new FactCursor(value)
      while (cursor.next()) {
        if (wanted.has(cursor.key())) return true
        const fact = cursor.fact()
        if ('member' in fact && wanted.has(fact.member)) return true
      }
    } catch {
      // Sealed, or no block at all.
    }
    return false
  }
}
