import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isFault } from '../fault.ts'
import type { Outgoing } from '../ports.ts'
import { PartitionQueue } from './partition-queue.ts'
import { recordsOf } from './record.ts'
import { batchesOf } from './record-set.ts'

function numbered(from: number, count: number, size = 0): Outgoing[] {
  return Array.from({ length: count }, (_, i) => ({
    value: Buffer.from(`${from + i}`.padEnd(size, '.')),
    partition: 0,
  }))
}

async function numbersOf(batch: Buffer): Promise<number[]> {
  return recordsOf((await batchesOf(batch)) ?? [], 0).map(({ value }) => Number.parseInt(String(value), 10))
}

function newQueue(): PartitionQueue {
  return new PartitionQueue({ topic: 't', partition: 0 })
}

test('what is added while a batch is under way goes into the next one together, in order', async () => {
  const queue = newQueue()
  const first = queue.add(numbered(0, 2))
  expect(await numbersOf(queue.take(0))).toEqual([0, 1])
  const settled: number[] = []
  const later = [queue.add(numbered(2, 3)), queue.add(numbered(5, 1))]
  for (const [i, one] of later.entries()) void one.then(() => settled.push(i))
  expect(queue.ready).toBe(false)
  queue.stored()
  await first
  expect(settled).toEqual([])
  expect(await numbersOf(queue.take(0))).toEqual([2, 3, 4, 5])
  queue.stored()
  await Promise.all(later)
  expect(queue.empty).toBe(true)
})

test('every append is stored once, whole and in order, however large they are and whenever they come', async () => {
  const sizes = fc.array(fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1_900, max: 4_100 })), {
    maxLength: 8,
  })
  await fc.assert(
    fc.asyncProperty(sizes, fc.array(fc.boolean(), { minLength: 1 }), async (appends, sends) => {
      const queue = newQueue()
      const stored: number[] = []
      const done: number[] = []
      const send = async () => {
        stored.push(...(await numbersOf(queue.take(0))))
        queue.stored()
        await Promise.resolve()
      }
      let total = 0
      for (const [i, count] of appends.entries()) {
        // Large ones are cut into several batches.
        const end = total + count
        void queue.add(numbered(total, count, count > 100 ? 500 : 0)).then(() => {
          done.push(i)
          expect(stored.length).toBeGreaterThanOrEqual(end)
        })
        total = end
        if (sends[i % sends.length] === true) await send()
      }
      while (queue.ready) await send()
      expect(stored).toEqual(Array.from({ length: total }, (_, n) => n))
      expect(done).toEqual(appends.map((_, i) => i))
    }),
    { numRuns: 30 },
  )
})

test('a batch that is refused fails what is in it and what waits behind it, and nothing after that', async () => {
  const queue = newQueue()
  const refused = new Error('refused')
  const inIt = [queue.add(numbered(0, 1)), queue.add(numbered(1, 1))]
  queue.take(0)
  const behind = queue.add(numbered(2, 1))
  const outcomes = Promise.allSettled([...inIt, behind])
  queue.failed(refused)
  const [first, second, third] = (await outcomes).map((one) => (one.status === 'rejected' ? one.reason : undefined))
  expect([first, second]).toEqual([refused, refused])
  expect(isFault(third, 'log/append-behind-failure')).toBe(true)
  const after = queue.add(numbered(3, 1))
  expect(await numbersOf(queue.take(0))).toEqual([3])
  queue.stored()
  await after
})
