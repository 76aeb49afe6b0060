import { createRequire } from 'node:module'
import fc from 'fast-check'
import kafkajs from 'kafkajs'
import { describe, expect, it } from 'vitest'
import { isFault } from '../fault.ts'
import type { LogRecord } from '../ports.ts'
import { recordsOf } from './record.ts'
import { batchesOf } from './record-set.ts'

type Encoder = Readonly<{ buffer: Buffer }>
type Original = Readonly<{
  Record(record: object): Encoder
  RecordBatch(batch: object): Promise<Encoder>
  Decoder: new (bytes: Buffer) => object
  decode(decoder: object): Promise<{ records: readonly OriginalRecord[] }>
}>
type OriginalRecord = Readonly<{
  offset: string
  timestamp: string
  key: Buffer | null
  value: Buffer | null
  headers: Readonly<Record<string, Buffer | Buffer[]>>
}>

const require = createRequire(import.meta.url)
const inside = 'kafkajs/src/protocol'
const original: Original = {
  Record: require(`${inside}/recordBatch/record/v0`),
  RecordBatch: require(`${inside}/recordBatch/v0`).RecordBatch,
  Decoder: require(`${inside}/decoder`),
  decode: require(`${inside}/recordBatch/v0/decoder`),
}

const NOW = 1_795_000_000_000

type Source = Readonly<{ key: Buffer | null; value: Buffer | null; headers: Record<string, Buffer>; late: number }>

async function encoded(records: readonly Source[], more: object = {}): Promise<Buffer> {
  const list = records.map(({ key, value, headers, late }, offsetDelta) =>
    original.Record({ offsetDelta, timestampDelta: late, key, value, headers }),
  )
  const times = { firstTimestamp: NOW, maxTimestamp: NOW + 9 }
  return (await original.RecordBatch({ records: list, lastOffsetDelta: list.length - 1, ...times, ...more })).buffer
}

const bytes = (maxLength: number) => fc.uint8Array({ maxLength }).map((array) => Buffer.from(array))
const source: fc.Arbitrary<Source> = fc.record({
  key: fc.option(bytes(40)),
  value: fc.option(bytes(300)),
  // kafkajs reads names that every object has, such as 'constructor', wrongly: ours are right there, and not the same.
  headers: fc.dictionary(
    fc.string({ maxLength: 40 }).filter((name) => !(name in Object.prototype)),
    bytes(40),
  ),
  late: fc.integer({ min: -5_000_000_000, max: 5_000_000_000 }),
})

describe('a record set', () => {
  it('holds what kafkajs reads out of it', async () => {
    const codec = fc.constantFrom(kafkajs.CompressionTypes.None, kafkajs.CompressionTypes.GZIP)
    await fc.assert(
      fc.asyncProperty(fc.array(source, { minLength: 1, maxLength: 60 }), codec, async (sources, compression) => {
        const set = await encoded(sources, { compression, firstOffset: 2 ** 40 })
        const { records } = await original.decode(new original.Decoder(set))
        expect(plain(recordsOf((await batchesOf(set)) ?? [], 0))).toEqual(records.map(plainOriginal))
      }),
    )
  })

  it('ends where the last batch is cut off', async () => {
    const two = Buffer.concat([await encoded([record('a')]), await encoded([record('b')], { firstOffset: 1 })])
    for (const cut of [1, 20, 60, 68]) expect(await batchesOf(two.subarray(0, two.length - cut))).toHaveLength(1)
    expect(await batchesOf(two)).toHaveLength(2)
  })

  it('leaves out records before the offset that is wanted', async () => {
    const batches = (await batchesOf(await encoded(['a', 'b', 'c'].map(record), { firstOffset: 7 }))) ?? []
    expect(recordsOf(batches, 8).map(({ offset, value }) => [offset, String(value)])).toEqual([
      [8, 'b'],
      [9, 'c'],
    ])
  })

  it('dates records by the broker where the broker does', async () => {
    const set = await encoded(['a', 'b'].map(record))
    set.writeInt16BE(8, 21)
    expect(recordsOf((await batchesOf(set)) ?? [], 0).map(({ timestamp }) => timestamp)).toEqual([NOW + 9, NOW + 9])
  })

  it('shows kafkajs markers and transactions by their batch', async () => {
    const marker = { ...record('x'), key: Buffer.from([0, 0, 0, 1]) }
    const set = await encoded([marker], { transactional: true, producerId: 5 })
    set.writeInt16BE(set.readInt16BE(21) | 32, 21)
    const [batch] = (await batchesOf(set)) ?? []
    expect(batch).toMatchObject({
      isControlRecord: true,
      key: marker.key,
      batchContext: { producerId: '5', inTransaction: true },
    })
  })

  it('knows formats it does not read, and broken ones', async () => {
    const old = await encoded([record('a')])
    old[16] = 1
    expect(await batchesOf(old)).toBeUndefined()
    const broken = await encoded([record('a'.repeat(100))])
    broken[62] = 127
    const batches = (await batchesOf(broken)) ?? []
    expect(() => recordsOf(batches, 0)).toThrow(CORRUPT)
  })

  it.each([
    ['no length at all', LENGTH_AT, [0, 0, 0, 0]],
    ['a length below zero', LENGTH_AT, [0xff, 0xff, 0xff, 0x80]],
    ['a codec that did not write it', ATTRIBUTES_AT, [0, 1]],
  ])('with %s is broken', async (_, at, bytes) => {
    const set = await encoded([record('a')])
    set.set(bytes, at)
    await expect(batchesOf(set)).rejects.toThrow(CORRUPT)
  })

  it.each([
    ['fewer than no records', COUNT_AT, [0xff, 0xff, 0xff, 0xff]],
    ['more records than bytes', COUNT_AT, [0x7f, 0xff, 0xff, 0xff]],
    ['one record more than it holds', COUNT_AT, [0, 0, 0, 2]],
    ['a key that reaches past its end', RECORDS_AT + 4, [0x7e]],
  ])('with %s is broken, which is noticed at once', async (_, at, bytes) => {
    const set = await encoded([record('a')])
    set.set(bytes, at)
    const batches = (await batchesOf(set)) ?? []
    expect(() => recordsOf(batches, 0)).toThrow(CORRUPT)
  })

  it('with more headers than it holds is broken', async () => {
    const set = await encoded([{ ...record('a'), headers: { name: Buffer.from('abcdefgh') } }])
    // The count of the headers comes first, before their names.
    const at = set.indexOf('name') - 2
    set.set([0xfe, 0xff, 0xff, 0xff, 0xff, 0x7f], at)
    const [first] = recordsOf((await batchesOf(set)) ?? [], 0)
    expect(() => first?.headers).toThrow(CORRUPT)
  })
})

const CORRUPT = expect.toSatisfy((error: unknown) => isFault(error, 'log/corrupt'))
const LENGTH_AT = 8
const ATTRIBUTES_AT = 21
const COUNT_AT = 57
const RECORDS_AT = 61

function record(value: string): Source {
  return { key: null, value: Buffer.from(value), headers: {}, late: 0 }
}

function plain(records: readonly LogRecord[]) {
  return records.map(({ offset, timestamp, key, value, headers = {} }) => ({ offset, timestamp, key, value, headers }))
}

function plainOriginal({ offset, timestamp, key, value, headers }: OriginalRecord) {
  return { offset: Number(offset), timestamp: Number(timestamp), key, value, headers }
}
