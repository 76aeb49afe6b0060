import { gzipSync } from 'node:zlib'
import { isFault } from '@perennial/runtime'
import { encodeRecordBatch } from '../../../packages/runtime/src/kafka/record-batch.ts'
import { batchesOf } from '../../../packages/runtime/src/kafka/record-set.ts'
import { recordsOf } from '../../../packages/runtime/src/kafka/record.ts'
import { NOW } from '../samples.ts'
import type { Target } from '../target.ts'

const LENGTH_AT = 8
const ATTRIBUTES_AT = 21
const RECORDS_AT = 61
const GZIP = 1

/** Record sets of Kafka, as a fetch brings them. */
export function createTarget(): Target {
  return {
    shape: 'bytes',
    samples: samples(),
    async take(set) {
      for (const { key, value, headers } of recordsOf((await batchesOf(set)) ?? [], 0)) touch(key, value, headers)
    },
    declared: (error) => isFault(error, 'log/corrupt') || isFault(error, 'kafka/codec'),
  }
}

/** They are read when they are asked for. */
function touch(...parts: readonly unknown[]): number {
  return parts.length
}

function samples(): Buffer[] {
  const headers = { 'ce-id': 'abc', trace: ['1', '2'] }
  const some = Array.from({ length: 5 }, (_, n) => ({
    partition: 0,
    key: `key ${n}`,
    value: Buffer.from(`value ${n}`),
    headers,
  }))
  const plain = encodeRecordBatch([{ partition: 0, key: null, value: null }, ...some], 0, NOW).bytes
  const large = encodeRecordBatch([{ partition: 0, key: 'k', value: Buffer.alloc(10_000, 'x') }], 0, NOW).bytes
  const marker = Buffer.from(plain)
  marker.writeInt16BE(32, ATTRIBUTES_AT)
  return [plain, large, marker, zipped(plain), zipped(large), Buffer.concat([plain, plain, zipped(plain)])]
}

function zipped(batch: Buffer): Buffer {
  const bytes = Buffer.concat([batch.subarray(0, RECORDS_AT), gzipSync(batch.subarray(RECORDS_AT))])
  bytes.writeInt32BE(bytes.length - LENGTH_AT - 4, LENGTH_AT)
  bytes.writeInt16BE(GZIP, ATTRIBUTES_AT)
  return bytes
}
