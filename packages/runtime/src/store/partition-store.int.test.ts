import { randomUUID } from 'node:crypto'
import { redisServer } from '@perennial/testkit'
import { Redis } from 'ioredis'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { COMMIT_SCRIPT } from './commit-script.ts'
import type { Change, Lease, PartitionStore } from './partition-store.ts'
import { createPartitionStore } from './redis-partition-store.ts'

const redis = new Redis(redisServer() ?? 'redis://127.0.0.1:6379', { lazyConnect: false })
const others: Redis[] = []
const namespaces: string[] = []
let namespace = ''
let store: PartitionStore
let tokens = 0

const neverBefore = { heardUntil: () => Promise.resolve(undefined), now: 1 }

beforeEach(() => {
  namespace = `test-${randomUUID()}`
  namespaces.push(namespace)
  store = createPartitionStore(redis, namespace)
})

afterAll(async () => {
  for (const name of namespaces) {
    const keys = await redis.keys(`{${name}:*`)
    if (keys.length > 0) await redis.del(...keys)
  }
  for (const connection of [redis, ...others]) await connection.quit()
})

function change(lease: Lease, rest: Partial<Change> = {}): Change {
  return {
    token: `t${tokens++}`,
    expectedOffset: lease.nextOffset,
    expectedRevision: lease.revision,
    nextOffset: lease.nextOffset + 1,
    sent: 0,
    rows: [],
    rowsGone: [],
    due: [],
    dueGone: [],
    aliasDue: [],
    aliasDueGone: [],
    sources: [],
    outbox: undefined,
    outboxGone: [],
    ...rest,
  }
}

const row = (text: string) => Buffer.from(text)
const rowsOf = async (keys: readonly string[], of = store) =>
  (await of.load(3, keys)).rows.map((bytes) => bytes?.toString())

describe('law 2: state and position commit together', () => {
  test('everything of a change is there for the next owner', async () => {
    const first = await store.acquire(3, neverBefore)
    expect(first).toMatchObject({ nextOffset: 0, fresh: true, effectsFrom: 0, earliestDue: Infinity })
    const outbox = { sequence: 7, value: Buffer.of(0, 255, 13, 10) }
    const written = change(first, {
      nextOffset: 42,
      sent: 5,
      rows: [
        ['m:1', row('one')],
        ['a:x', row('alias')],
      ],
      due: [['m:1', 1_700_000_000_123.5]],
      aliasDue: [['a:x', 1_600_000_000_000]],
      sources: [['1.0', '512 1700000000000']],
      outbox,
    })
    expect(await store.commit(first, written)).toBe('applied')

    const second = await store.acquire(3, neverBefore)
    expect(second.epoch).toBeGreaterThan(first.epoch)
    expect(second).toMatchObject({ nextOffset: 42, fresh: false, sent: 5, earliestDue: 1_600_000_000_000 })
    expect(second.outbox).toEqual([outbox])
    expect([...second.sources]).toEqual([['1.0', '512 1700000000000']])
    expect(await rowsOf(['m:1', 'm:2', 'a:x'])).toEqual(['one', undefined, 'alias'])
    expect(await store.due(3, 1_700_000_000_124, 10)).toMatchObject({ members: ['m:1'], aliases: ['a:x'] })
    expect(await store.dueCounts(3)).toEqual({ members: 1, aliases: 1 })
  })

  test('the same commit sent twice is applied once and answered as a success', async () => {
    const lease = await store.acquire(3, neverBefore)
    const sweep = change(lease, { nextOffset: 0, outbox: { sequence: 1, value: row('said') } })
    expect(await store.commit(lease, sweep)).toBe('applied')
    await store.commit(lease, change(lease, { nextOffset: 0, expectedRevision: 1, outboxGone: [1] }))
    const again = { ...sweep, token: `t${tokens - 1}` }
    expect(await store.commit(lease, again)).toBe('repeated')
    expect((await store.acquire(3, neverBefore)).outbox).toEqual([])
  })

  test('a former owner changes nothing', async () => {
    const zombie = await store.acquire(3, neverBefore)
    const owner = await store.acquire(3, neverBefore)
    expect(await store.commit(zombie, change(zombie, { rows: [['m:1', row('wrong')]] }))).toBe('fenced')
    expect(await rowsOf(['m:1'])).toEqual([undefined])
    expect(await store.commit(owner, change(owner))).toBe('applied')
  })

  test('an owner whose memory is ahead or behind changes nothing', async () => {
    const lease = await store.acquire(3, neverBefore)
    const ahead = change(lease, { expectedOffset: 5, nextOffset: 6, rows: [['m:1', row('wrong')]] })
    expect(await store.commit(lease, ahead)).toBe('conflict')
    expect(await rowsOf(['m:1'])).toEqual([undefined])
  })

  test('a commit that leaves the offset where it is can be told from none', async () => {
    const lease = await store.acquire(3, neverBefore)
    await store.commit(lease, change(lease, { nextOffset: 0 }))
    expect(await store.standing(3)).toEqual({ epoch: lease.epoch, nextOffset: 0, revision: 1 })
    expect(await store.commit(lease, change(lease))).toBe('conflict')
    expect((await store.acquire(3, neverBefore)).revision).toBe(1)
  })

  test('a partition of a release that counted no commits is gone on with', async () => {
    const lease = await store.acquire(3, neverBefore)
    await store.commit(lease, change(lease, { nextOffset: 0 }))
    await redis.hdel(`{${namespace}:s:3}:f`, 'c')
    const next = await store.acquire(3, neverBefore)
    expect(next.revision).toBe(0)
    expect(await store.commit(next, change(next))).toBe('applied')
  })

  test('state that is gone is not written to: the owner must take over again', async () => {
    const lease = await store.acquire(3, neverBefore)
    await redis.del(...(await redis.keys(`{${namespace}:*`)))
    expect(await store.commit(lease, change(lease, { rows: [['m:1', row('x')]] }))).toBe('fenced')
    expect(await store.acquire(3, { heardUntil: () => Promise.resolve(17), now: 5 })).toMatchObject({
      fresh: true,
      nextOffset: 0,
      effectsFrom: 17,
    })
    expect(await store.acquire(3, neverBefore)).toMatchObject({ fresh: false, effectsFrom: 17, lostAt: 5 })
  })

  test('state that is older than what others have heard is told from state that is not', async () => {
    const lease = await store.acquire(3, neverBefore)
    await store.commit(lease, change(lease, { nextOffset: 6 }))
    expect(await store.standing(3)).toEqual({ epoch: lease.epoch, nextOffset: 6, revision: 1 })
    const heard = (until: number, now: number) => store.acquire(3, { heardUntil: () => Promise.resolve(until), now })
    expect(await heard(6, 7)).toMatchObject({ nextOffset: 6, effectsFrom: 0, lostAt: 0 })
    expect(await heard(8, 9)).toMatchObject({ nextOffset: 6, effectsFrom: 8, lostAt: 9 })
    // On the way to there the group's position is behind again.
    expect(await heard(6, 11)).toMatchObject({ effectsFrom: 8, lostAt: 9 })
    await redis.del(...(await redis.keys(`{${namespace}:*`)))
    expect(await store.standing(3)).toBeUndefined()
  })

  test('a commit may be larger than Lua can unpack at once', async () => {
    const lease = await store.acquire(3, neverBefore)
    const keys = Array.from({ length: 9_001 }, (_, n) => `m:${n}`)
    const large = change(lease, { rows: keys.map((key) => [key, row(key)]), due: keys.map((key, n) => [key, n]) })
    expect(await store.commit(lease, large)).toBe('applied')
    expect(await rowsOf(['m:0', 'm:4000', 'm:9000'])).toEqual(['m:0', 'm:4000', 'm:9000'])
    expect(await store.due(3, 4, 3)).toMatchObject({ members: ['m:0', 'm:1', 'm:2'] })
  })

  test('what is freed leaves rows and index together', async () => {
    const lease = await store.acquire(3, neverBefore)
    await store.commit(lease, change(lease, { nextOffset: 0, rows: [['a:x', row('x')]], aliasDue: [['a:x', 5]] }))
    expect(await store.aliasesBeyond(3, 0, 10)).toEqual(['a:x'])
    await store.commit(
      lease,
      change(lease, { nextOffset: 0, expectedRevision: 1, rowsGone: ['a:x'], aliasDueGone: ['a:x'] }),
    )
    expect(await rowsOf(['a:x'])).toEqual([undefined])
    expect(await store.due(3, 1e15, 10)).toMatchObject({ members: [], aliases: [], next: Infinity })
  })

  test('a lost script cache is no error', async () => {
    const lease = await store.acquire(3, neverBefore)
    await store.commit(lease, change(lease, { nextOffset: 0 }))
    await redis.script('FLUSH')
    expect(await store.commit(lease, change(lease, { nextOffset: 0, expectedRevision: 1 }))).toBe('applied')
  })
})

describe('each guard of the script is what keeps the state right', () => {
  async function withoutGuard(line: RegExp): Promise<PartitionStore> {
    const script = COMMIT_SCRIPT.replace(line, '')
    expect(script).not.toBe(COMMIT_SCRIPT)
    const other = redis.duplicate()
    others.push(other)
    return createPartitionStore(other, namespace, script)
  }

  test('without the fence a former owner overwrites', async () => {
    const broken = await withoutGuard(/if fence\[1\].*\n/)
    const zombie = await broken.acquire(3, neverBefore)
    await broken.acquire(3, neverBefore)
    expect(await broken.commit(zombie, change(zombie, { rows: [['m:1', row('wrong')]] }))).toBe('applied')
  })

  test('without the offset check a range is skipped', async () => {
    const broken = await withoutGuard(/if fence\[2\].*\n/)
    const lease = await broken.acquire(3, neverBefore)
    expect(await broken.commit(lease, change(lease, { expectedOffset: 5, nextOffset: 6 }))).toBe('applied')
    expect((await broken.acquire(3, neverBefore)).nextOffset).toBe(6)
  })

  test('without the revision check a memory that is ahead of a lost sweep is written', async () => {
    const broken = await withoutGuard(/if \(fence\[4\].*\n/)
    const lease = await broken.acquire(3, neverBefore)
    expect(await broken.commit(lease, change(lease, { expectedRevision: 5 }))).toBe('applied')
  })

  test('without the token a resend of what was applied is taken for a conflict', async () => {
    const broken = await withoutGuard(/if fence\[3\].*\n/)
    const lease = await broken.acquire(3, neverBefore)
    const sweep = change(lease, { nextOffset: 0, outbox: { sequence: 1, value: row('said') } })
    expect(await broken.commit(lease, sweep)).toBe('applied')
    expect(await broken.commit(lease, sweep)).toBe('conflict')
  })
})
