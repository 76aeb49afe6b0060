import { BUILT_IN } from '@perennial/member'
import type { Log, LogRecord } from '@perennial/runtime'
import { MemorySchemaStore } from '@perennial/testkit'
import { expect, test, vi } from 'vitest'
import { LookAhead, REACH } from './look-ahead.ts'
import { SchemaCache } from './schema-cache.ts'
import { SourcePartition } from './source-partition.ts'
import { StoppedPartitions } from './stopped-partitions.ts'
import type { Telemetry } from './telemetry.ts'

const tp = { topic: 'purchase.v1', partition: 2 }
const FROM = 1_000
const signal = new AbortController().signal

/** A partition whose records are bad up to `goodFrom`, counted from where it was stopped; `end` is counted likewise. */
function world(goodFrom: number, end: number) {
  const made = { end, unresolved: new Set<number>(), failure: undefined as Error | undefined }
  const record = (offset: number): LogRecord => {
    const value = Buffer.alloc(8)
    value.writeUInt32BE(offset, 4)
    return { offset, key: null, value, headers: undefined, timestamp: 0 }
  }
  const read = vi.fn<Log['read']>(async (_, from, limit) => {
    if (made.failure !== undefined) throw made.failure
    const last = Math.min(FROM + made.end, from + limit)
    return Array.from({ length: Math.max(0, last - from) }, (_, i) => record(from + i))
  })
  const scout = () =>
    new SourcePartition('purchase', 2, {
      intake: (value) => {
        const at = value.readUInt32BE(4) - FROM
        if (made.unresolved.has(at)) return { kind: 'unresolved', id: 7 }
        if (at < 0 || at >= goodFrom) return { kind: 'drop', reason: 'no-signal' }
        return { kind: 'dead', stage: 'decode', violation: { type: 'Unknown-Violation', field: '', description: '' } }
      },
      hashEmail: () => '',
      vocabulary: BUILT_IN,
      maxFutureMs: 0,
      badShare: 1,
      givenUp: new Set(),
    })
  const deps = { log: { read, startOffsets: async () => [0, 0, 0] }, schemas: cache() }
  return { made, read, scout, deps, ahead: new LookAhead(deps, tp, FROM, scout()) }
}

function cache(): SchemaCache {
  return new SchemaCache(new MemorySchemaStore(), new Set())
}

test('finds the end of the first 100 good records in a row, and goes on where it ended', async () => {
  const { made, read, ahead } = world(2_500, 2_599)
  expect(await ahead.look(signal)).toEqual({ kind: 'not-yet' })
  read.mockClear()
  made.end = 5_000
  expect(await ahead.look(signal)).toEqual({ kind: 'good-again', until: FROM + 2_600, bad: 2_500 })
  expect(read.mock.calls.map(([, from]) => from)).toEqual([FROM + 2_599])
})

test('good records before the stop do not count', async () => {
  expect(await world(1, 100).ahead.look(signal)).toEqual({ kind: 'not-yet' })
  expect(await world(1, 101).ahead.look(signal)).toEqual({ kind: 'good-again', until: FROM + 101, bad: 1 })
})

test('looks no further than it reaches, to the record', async () => {
  expect(await world(REACH - 99, REACH * 2).ahead.look(signal)).toEqual({ kind: 'too-far' })
  expect(await world(REACH - 100, REACH * 2).ahead.look(signal)).toMatchObject({ kind: 'good-again', bad: REACH - 100 })
})

test('behind a record of a schema that nobody knows yet, nothing is judged', async () => {
  const { made, ahead } = world(50, 500)
  made.unresolved.add(149)
  expect(await ahead.look(signal)).toEqual({ kind: 'not-yet' })
  expect(await ahead.look(signal)).toEqual({ kind: 'not-yet' })
  made.unresolved.clear()
  expect(await ahead.look(signal)).toEqual({ kind: 'good-again', until: FROM + 150, bad: 50 })
})

function stopped({ deps, scout }: ReturnType<typeof world>) {
  const partition = scout()
  const telemetry = {
    letGo: vi.fn<Telemetry['letGo']>(),
    leftStopped: vi.fn<Telemetry['leftStopped']>(),
    lookFailed: vi.fn<Telemetry['lookFailed']>(),
  }
  const resume = vi.fn<() => void>()
  const watches = new StoppedPartitions({ ...deps, telemetry, scout })
  watches.add({ tp, stream: 'purchase', deadTopic: 'purchase.v1.dead', partition }, FROM, resume)
  return { telemetry, resume, watches }
}

test('a look that fails is told, and made again', async () => {
  const log = world(5, 105)
  log.made.failure = new Error('The broker is away.')
  const { telemetry, resume, watches } = stopped(log)
  await vi.waitFor(() => expect(telemetry.lookFailed).toHaveBeenCalledOnce())
  log.made.failure = undefined
  await vi.waitFor(() => expect(resume).toHaveBeenCalledOnce(), 5_000)
  expect(telemetry.letGo).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ tp }), FROM, 5)
  await watches.close()
})

test('of a partition that goes while it is looked at nothing is let go', async () => {
  const log = world(5, 105)
  const read = log.read.getMockImplementation()
  log.read.mockImplementation(async (at, from, limit) => {
    if (from === FROM) watches.forget(tp)
    return read?.(at, from, limit) ?? []
  })
  const { telemetry, resume, watches } = stopped(log)
  await vi.waitFor(() => expect(log.read).toHaveBeenCalledWith(tp, FROM, expect.anything()), 5_000)
  await watches.close()
  expect(resume).not.toHaveBeenCalled()
  expect(telemetry.letGo).not.toHaveBeenCalled()
})

test('a partition without good records in reach is left to a person, which is told once', async () => {
  const { telemetry, resume, watches } = stopped(world(REACH, REACH + 200))
  await vi.waitFor(() => expect(telemetry.leftStopped).toHaveBeenCalledOnce(), 10_000)
  await watches.close()
  expect(resume).not.toHaveBeenCalled()
  expect(telemetry.lookFailed).not.toHaveBeenCalled()
})
