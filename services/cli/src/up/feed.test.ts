import type { SourceInput } from '@perennial/runtime'
import { expect, test } from 'vitest'
import { onlineRetail } from '../retail/online-retail.ts'
import { BATCH, feed } from './feed.ts'

const records = [...onlineRetail(Date.UTC(2026, 10, 23))].slice(0, 2 * BATCH + 10)

/** A writer that breaks after so many batches, as a kill would. */
function writerOf(batches: number) {
  const written: SourceInput[] = []
  let left = batches
  return {
    written,
    writer: {
      async write(inputs: readonly SourceInput[]) {
        if (left-- === 0) throw new Error('killed')
        written.push(...inputs)
      },
    },
  }
}

test('goes on where it was cut off, with nothing left out and nothing twice', async () => {
  const { signal } = new AbortController()
  let done = 0
  const stored = async (count: number) => void (done = count)
  const first = writerOf(1)
  await expect(feed({ writer: first.writer, stored, signal }, records)).rejects.toThrow('killed')
  const second = writerOf(Infinity)
  expect(await feed({ writer: second.writer, stored, signal }, records, done)).toBe(records.length)
  expect([...first.written, ...second.written]).toEqual(records)
})

test('stops when it is told to', async () => {
  const controller = new AbortController()
  const { writer, written } = writerOf(Infinity)
  const stored = async () => controller.abort()
  expect(await feed({ writer, stored, signal: controller.signal }, records)).toBe(BATCH)
  expect(written).toHaveLength(BATCH)
})
