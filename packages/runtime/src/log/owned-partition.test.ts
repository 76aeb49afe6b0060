import { expect, test } from 'vitest'
import type { Batch } from '../ports.ts'
import { type Delivery, OwnedPartition } from './owned-partition.ts'

const now = () => 0

function delivery(nextOffset: number, changes: Partial<Delivery> = {}): Delivery {
  const records = [{ offset: 0, key: null, value: null, headers: undefined, timestamp: 0 }]
  return { records, endOffset: 100, nextOffset, heartbeat: async () => {}, interrupted: () => false, ...changes }
}

function started(): OwnedPartition {
  const owned = new OwnedPartition({ topic: 't', partition: 0 })
  owned.start(0, 100)
  return owned
}

test('a batch that is done moves the position, one that failed does not', async () => {
  const owned = started()
  expect(await owned.deliver(delivery(10), async () => {}, now)).toEqual({ kind: 'done' })
  expect(owned.next).toBe(10)
  const failing = async () => {
    throw new Error('no')
  }
  expect(await owned.deliver(delivery(20), failing, now)).toMatchObject({ kind: 'failed', attempt: 0 })
  expect(await owned.deliver(delivery(20), failing, now)).toMatchObject({ kind: 'failed', attempt: 1 })
  expect(owned.next).toBe(10)
  await owned.deliver(delivery(20), async () => {}, now)
  expect(await owned.deliver(delivery(30), failing, now)).toMatchObject({ kind: 'failed', attempt: 0 })
})

test('a handler that was told to stop may have returned half-way: only what it committed is done', async () => {
  const owned = started()
  const half = async (batch: Batch) => {
    owned.asked(4)
    expect(batch.stopping()).toBe(true)
  }
  expect(await owned.deliver(delivery(10, { interrupted: () => true }), half, now)).toEqual({ kind: 'again' })
  expect(owned.next).toBe(4)
})

test('a handler that never looked has done it all', async () => {
  const owned = started()
  expect(await owned.deliver(delivery(10, { interrupted: () => true }), async () => {}, now)).toEqual({ kind: 'done' })
})

test('a seek or a loss during a batch decides, whatever the batch did', async () => {
  const owned = started()
  const seeking = async (batch: Batch) => {
    owned.seek(7)
    expect(batch.stopping()).toBe(true)
    owned.asked(10)
  }
  expect(await owned.deliver(delivery(10), seeking, now)).toEqual({ kind: 'moved' })
  expect(owned.next).toBe(7)
  const losing = async () => void (owned.revoked = true)
  expect(await owned.deliver(delivery(20), losing, now)).toEqual({ kind: 'moved' })
})
