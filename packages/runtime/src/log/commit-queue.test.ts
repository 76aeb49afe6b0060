import { expect, test } from 'vitest'
import { CommitQueue, type CommitResult } from './commit-queue.ts'
import { OwnedPartition } from './owned-partition.ts'

function owner(partition: number): OwnedPartition {
  return new OwnedPartition({ topic: 't', partition })
}

/** A store whose answers are given by hand. */
function heldStore() {
  const calls: { stored: string[]; answer: (result: CommitResult | Error) => void }[] = []
  const queue = new CommitQueue((positions) => {
    const { promise, resolve, reject } = Promise.withResolvers<CommitResult>()
    calls.push({
      stored: positions.map(({ owned, offset }) => `${owned.key}=${offset}`),
      answer: (result) => (result instanceof Error ? reject(result) : resolve(result)),
    })
    return promise
  })
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
