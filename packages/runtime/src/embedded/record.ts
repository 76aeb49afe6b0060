import { headerValues } from '../log/headers.ts'
import type { Headers, LogRecord, Outgoing } from '../ports.ts'

/**
 * One record as one value of a stream entry, because every field of an entry costs time on both sides:
 *   u8 layout version (1) · u8 flags (1 = key, 2 = value, 4 = headers) · f64 time of the append
 *   · u32 length and bytes of the key, of the headers (JSON of [name, base64] pairs); the value is the rest.
 */
const VERSION = 1
const HAS_KEY = 1
const HAS_VALUE = 2
const HAS_HEADERS = 4
const FIXED_BYTES = 10

export function packRecord({ key, value, headers }: Outgoing, at: number): Buffer {
  const keyBytes = key === null || key === undefined ? undefined : Buffer.from(key)
  const headerBytes = packHeaders(headers)
  const size =
    FIXED_BYTES +
    (keyBytes ? 4 + keyBytes.length : 0) +
    (headerBytes ? 4 + headerBytes.length : 0) +
    (value?.length ?? 0)
  const packed = Buffer.allocUnsafe(size)
  packed[0] = VERSION
  packed[1] = (keyBytes ? HAS_KEY : 0) | (value ? HAS_VALUE : 0) | (headerBytes ? HAS_HEADERS : 0)
  packed.writeDoubleBE(at, 2)
  let position = FIXED_BYTES
  for (const part of [keyBytes, headerBytes]) {
    if (part === undefined) continue
    position = packed.writeUInt32BE(part.length, position)
    packed.set(part, position)
    position += part.length
  }
  if (value !== null) packed.set(value, position)
  return packed
}

/** Views into `packed`: nothing is copied. Throws when the bytes are not ours. */
export function unpackRecord(packed: Buffer, offset: number): LogRecord {
  if (packed[0] !== VERSION) throw new Error(`Record ${offset} has layout ${packed[0]}, this program knows ${VERSION}.`)
  const flags = packed[1] ?? 0
  let position = FIXED_BYTES
  const part = (): Buffer => {
    const start = position + 4
    position = start + packed.readUInt32BE(position)
    return packed.subarray(start, position)
  }
  const key = flags & HAS_KEY ? part() : null
  const headers = flags & HAS_HEADERS ? unpackHeaders(part()) : undefined
  const value = flags & HAS_VALUE ? packed.subarray(position) : null
  return { offset, key, value, headers, timestamp: packed.readDoubleBE(2) }
}

/** Undefined when there are none. */
function packHeaders(headers: Headers | undefined): Buffer | undefined {
  const pairs: [string, string][] = []
  for (const name in headers) {
    const values = headerValues(headers[name])
    if (values.length === 0) pairs.push([name, ''])
    for (const value of values) pairs.push([name, Buffer.from(value).toString('base64')])
  }
  return pairs.length === 0 ? undefined : Buffer.from(JSON.stringify(pairs))
}

function unpackHeaders(bytes: Buffer): Headers {
  const pairs: unknown = JSON.parse(bytes.toString())
  const headers = new Map<string, Buffer[]>()
  for (const [name, text] of pairs as readonly (readonly [string, string])[]) {
    const value = Buffer.from(text, 'base64')
    const values = headers.get(name)
    if (values === undefined) headers.set(name, [value])
    else values.push(value)
  }
  return Object.fromEntries([...headers].map(([name, values]) => [name, values.length > 1 ? values : values[0]]))
}
