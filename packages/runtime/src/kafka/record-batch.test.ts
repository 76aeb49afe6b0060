import { createRequire } from 'node:module'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Outgoing } from '../ports.ts'
import { crc32c } from './crc32c.ts'
import { encodeRecordBatch, MAX_BATCH_BYTES } from './record-batch.ts'

type Encoder = Readonly<{ buffer: Buffer }>
type Original = Readonly<{
  Record(record: object): Encoder
  RecordBatch(batch: object): Promise<Encoder>
}>

const require = createRequire(import.meta.url)
const inside = 'kafkajs/src/protocol/recordBatch'
const original: Original = { Record: require(`${inside}/record/v0`), RecordBatch: require(`${inside}/v0`).RecordBatch }

const NOW = 1_795_000_000_000

/** The batch as kafkajs's own producer encodes it. */
async function originalBatch(records: readonly Outgoing[]): Promise<Buffer> {
  const encoded = records.map(({ key = null, value, headers = {} }, offsetDelta) =>
    original.Record({ offsetDelta, timestampDelta: 0, key, value, headers }),
  )
  const times = { firstTimestamp: NOW, maxTimestamp: NOW }
  return (await original.RecordBatch({ records: encoded, lastOffsetDelta: records.length - 1, ...times })).buffer
}

const bytes = (maxLength: number) => fc.uint8Array({ maxLength }).map((array) => Buffer.from(array))
const text = fc.string({ unit: 'binary', maxLength: 80 })
const headers = fc.dictionary(text, fc.oneof(text, bytes(40), fc.array(fc.oneof(text, bytes(20)), { minLength: 1 })))
const record: fc.Arbitrary<Outgoing> = fc.record(
  { key: fc.oneof(text, bytes(40), fc.constant(null)), value: fc.option(bytes(300)), headers, partition: fc.nat(7) },
  { requiredKeys: ['value', 'partition'] },
)

describe('a record batch', () => {
  it('is, byte for byte, what kafkajs makes of the records', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(record, { minLength: 1, maxLength: 200 }), async (records) => {
        const { bytes, next } = encodeRecordBatch(records, 0, NOW)
        expect(next).toBe(records.length)
        expect(bytes.equals(await originalBatch(records))).toBe(true)
      }),
    )
  })

  it('writes a header without a value as an empty one', () => {
    const withNothing = { value: null, partition: 0, headers: { a: undefined, b: [] } }
    const withEmpty = { value: null, partition: 0, headers: { a: '', b: '' } }
    expect(encodeRecordBatch([withNothing], 0, NOW)).toEqual(encodeRecordBatch([withEmpty], 0, NOW))
  })

  it('takes as many records as the broker accepts in one batch, and the rest later', () => {
    const records = Array.from({ length: 10 }, () => ({ value: Buffer.alloc(MAX_BATCH_BYTES / 3), partition: 0 }))
    const first = encodeRecordBatch(records, 0, NOW)
    expect(first.next).toBe(2)
    expect(first.bytes.length).toBeLessThanOrEqual(MAX_BATCH_BYTES)
    expect(encodeRecordBatch(records, first.next, NOW)).toEqual({ ...first, next: 4 })
    expect(encodeRecordBatch(records, 9, NOW).next).toBe(10)
  })

  it('takes a record alone that is too large, for the broker to refuse', () => {
    const records = [{ value: Buffer.alloc(2 * MAX_BATCH_BYTES), partition: 0 }]
    expect(encodeRecordBatch(records, 0, NOW).next).toBe(1)
  })
})

describe('CRC-32C', () => {
  it('gives the check value of its definition, and of every length and start', () => {
    const digits = Buffer.from('123456789')
    expect(crc32c(digits, 0, 9)).toBe(0xe3069283)
    for (let padding = 1; padding < 9; padding++) {
      const shifted = Buffer.concat([Buffer.alloc(padding, 7), digits, Buffer.alloc(padding, 7)])
      expect(crc32c(shifted, padding, padding + 9)).toBe(0xe3069283)
    }
  })
})
