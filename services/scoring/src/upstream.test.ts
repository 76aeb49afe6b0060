import { SOURCE_NAMES, topicOf } from '@perennial/streams'
import { createMemoryLog, quietLogger } from '@perennial/testkit'
import { afterEach, expect, test, vi } from 'vitest'
import { type Upstream, watchUpstream } from './upstream.ts'

let upstream: Upstream | undefined
afterEach(() => upstream?.stop())

const topics = Object.fromEntries(SOURCE_NAMES.map((name) => [topicOf(name), 1]))

test('is behind until a look has found that nothing waits', async () => {
  upstream = watchUpstream(createMemoryLog(undefined, { topics }), 'ingest', quietLogger())
  expect(upstream.behind()).toBe(true)
  await vi.waitFor(() => expect(upstream?.behind()).toBe(false), 10_000)
})

test('is behind while a source holds a record that ingest has not taken in', async () => {
  const log = createMemoryLog(undefined, { topics })
  await log.append(topicOf('purchase'), [{ partition: 0, value: Buffer.from('x') }])
  let looks = 0
  const counted = Object.assign(log, { committed: () => Promise.resolve((looks++, [undefined])) })
  upstream = watchUpstream(counted, 'ingest', quietLogger())
  await vi.waitFor(() => expect(looks).toBe(SOURCE_NAMES.length), 10_000)
  expect(upstream.behind()).toBe(true)
})

test('history that was folded counts as behind, for less than a second if nothing else waits', async () => {
  upstream = watchUpstream(createMemoryLog(undefined, { topics }), 'ingest', quietLogger())
  await vi.waitFor(() => expect(upstream?.behind()).toBe(false), 10_000)
  upstream.foldedHistory()
  expect(upstream.behind()).toBe(true)
  await vi.waitFor(() => expect(upstream?.behind()).toBe(false), { timeout: 1_000 })
})
