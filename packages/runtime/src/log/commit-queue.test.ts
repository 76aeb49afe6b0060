import { expect, test } from 'vitest'
import { CommitQueue, type CommitResult } from './commit-queue.ts'
import { OwnedPartition } from './owned-partition.ts'

function owner(partition: number): OwnedPartition {
  return new OwnedPartition({ topic: 't', partition })
}

/** A store whose answers are given by hand. */
function heldStore(everyMs = 0) {
  const calls: { stored: string[]; answer: (result: CommitResult | Error) => void }[] = []
  const queue = new CommitQueue((positions) => {
    const { promise, resolve, reject } = Promise.withResolvers<CommitResult>()
    calls.push({
      stored: positions.map(({ owned, offset }) => `${owned.key}=${offset}`),
      answer: (result) => (result instanceof Error ? reject(result) : resolve(result)),
    })
    return promise
  }, everyMs)
  return { calls, queue }
}

test('commits made during one are merged into the next, the newest of each partition counting', async () => {
  const { calls, queue } = heldStore()
  const [a, b] = [owner(0), owner(1)]
  const first = queue.add(a, 1)
  const later = [queue.add(a, 2), queue.add(b, 5), queue.add(a, 3)]
  calls[0]?.answer('stored')
  await first
  await Promise.resolve()
  calls[1]?.answer('stored')
  await Promise.all(later)
  expect(calls.map(({ stored }) => stored)).toEqual([['t:0=1'], ['t:0=3', 't:1=5']])
})

test('what a rebalance overtook is tried again, unless the partition is gone or was sought', async () => {
  const { calls, queue } = heldStore()
  const [kept, lost, sought] = [owner(0), owner(1), owner(2)]
  const adding = Promise.all([queue.add(kept, 1), queue.add(lost, 1), queue.add(sought, 1)])
  calls[0]?.answer('overtaken')
  await Promise.resolve()
  await new Promise(setImmediate)
  lost.revoked = true
  sought.seek(0)
  calls[1]?.answer('overtaken')
  await adding
  const flushed = queue.flush()
  calls[2]?.answer('stored')
  await flushed
  expect(calls.at(-1)?.stored).toEqual(['t:0=1'])
})

test('a failure is told to those who asked, and the position goes out with the next commit', async () => {
  const { calls, queue } = heldStore()
  const [a, b] = [owner(0), owner(1)]
  const failing = queue.add(a, 1)
  calls[0]?.answer(new Error('away'))
  await expect(failing).rejects.toThrow('away')
  const next = queue.add(b, 2)
  calls[1]?.answer('stored')
  await next
  expect(calls[1]?.stored.sort()).toEqual(['t:0=1', 't:1=2'])
})

test('with an interval the first commit goes at once, and the next ones together when it is over or when they must', async () => {
  const { calls, queue } = heldStore(3_600_000)
  const [a, b] = [owner(0), owner(1)]
  const first = queue.add(a, 1)
  await expect.poll(() => calls.length).toBe(1)
  calls[0]?.answer('stored')
  await first
  const later = Promise.all([queue.add(a, 2), queue.add(b, 5), queue.add(a, 3)])
  await new Promise(setImmediate)
  expect(calls).toHaveLength(1)
  const flushed = queue.flush()
  await expect.poll(() => calls.length).toBe(2)
  calls[1]?.answer('stored')
  await Promise.all([later, flushed])
  expect(calls[1]?.stored).toEqual(['t:0=3', 't:1=5'])
})

test('with an interval, commits are stored when it is over', async () => {
  const { calls, queue } = heldStore(20)
  for (const offset of [1, 2]) {
    const stored = queue.add(owner(0), offset)
    await expect.poll(() => calls.length).toBe(offset)
    calls[offset - 1]?.answer('stored')
    await stored
  }
  expect(calls.map(({ stored }) => stored)).toEqual([['t:0=1'], ['t:0=2']])
})
