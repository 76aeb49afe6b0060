import { createPartitionStore, systemClock, whenReady } from '@perennial/runtime'
import { MemoryPartitionStore, type StoreGuard, testPlatform } from '@perennial/testkit'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { answersOf, storeSteps } from './partition-store.features.ts'

const RUNS = 300
const { platform, release } = await testPlatform()
const redis = platform.redis('commit')
let made = 0
await whenReady(redis)

afterAll(release)

/** Both stores, empty, and what they answer to the same steps. */
async function compare(without: readonly StoreGuard[] = []): Promise<void> {
  await fc.assert(
    fc.asyncProperty(storeSteps, async (steps) => {
      const inMemory = new MemoryPartitionStore(systemClock, without).reachedBy((_, command) =>
        Promise.resolve(command()),
      )
      const inRedis = createPartitionStore(redis, `${platform.namespace}-${made++}`)
      expect(await answersOf(inMemory, steps)).toEqual(await answersOf(inRedis, steps))
    }),
    { numRuns: RUNS },
  )
}

test('the store that simulations run on answers as the one in Redis does, whatever is asked of it', async () => {
  await expect(compare()).resolves.toBeUndefined()
})

test.each<StoreGuard>(['epoch', 'token', 'offset', 'revision'])(
  '… and not without its %s, so the comparison would tell',
  async (guard) => {
    await expect(compare([guard])).rejects.toThrow('Property failed')
  },
)

test('whoever took the partition over last begins it, and nobody who comes late', async () => {
  for (const open of [
    () => createPartitionStore(redis, `${platform.namespace}-${made++}`),
    () => new MemoryPartitionStore(systemClock).reachedBy((_, command) => Promise.resolve(command())),
  ]) {
    const store = open()
    const none = () => Promise.resolve(undefined)
    const late = Promise.withResolvers<undefined>()
    const first = store.acquire(3, { heardUntil: () => late.promise, now: 1 })
    const second = await store.acquire(3, { heardUntil: none, now: 1 })
    const change = { expectedOffset: 0, expectedRevision: 0, nextOffset: 5, sent: 2, token: 'a', sources: [], rows: [] }
    const nothing = { rowsGone: [], due: [], dueGone: [], aliasDue: [], aliasDueGone: [], outboxGone: [] }
    expect(await store.commit(second, { ...change, ...nothing, outbox: undefined })).toBe('applied')
    late.resolve(undefined)
    await expect(first).rejects.toThrow('took it over meanwhile')
    expect(await store.standing(3)).toMatchObject({ nextOffset: 5, epoch: second.epoch })
  }
})
