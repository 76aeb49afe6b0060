import { isMemberKey, type SubjectKey } from './subject.ts'

/**
 * The partition of a subject: Kafka's default partitioner (murmur2 of the key's bytes), so that
 * other producers and consumers agree. A member's key is its bare id, an alias's is the whole key.
 */
export function partitionFor(key: SubjectKey, partitions: number): number {
  return (murmur2(key, isMemberKey(key) ? 2 : 0) & 0x7fffffff) % partitions
}

/**
 * A 64-bit hash of a producer's event id, as two unsigned halves; never (0, 0), which marks an empty place in a ring.
 * Two MurmurHash3 (x86, 32 bit) with different seeds in one pass, over UTF-16 code units: ids are nearly always
 * ASCII, and only equality matters here.
 */
export function idHash(eventId: string): { hi: number; lo: number } {
  let a = 0x9747b28c
  let b = 0x3c6ef372
  const { length } = eventId
  for (let i = 0; i < length; i += 2) {
    let k = eventId.charCodeAt(i)
    if (i + 1 < length) k |= eventId.charCodeAt(i + 1) << 16
    k = Math.imul(k, 0xcc9e2d51)
    k = Math.imul((k << 15) | (k >>> 17), 0x1b873593)
    a = mixed(a ^ k)
    b = mixed(b ^ k)
  }
  const hi = finished(a ^ length)
  const lo = finished(b ^ length)
  return hi === 0 && lo === 0 ? { hi: 0, lo: 1 } : { hi, lo }
}

/** Cut to 32 bits at once: as a double the rest would take twice as long. */
function mixed(h: number): number {
  return (Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) | 0
}

function finished(h: number): number {
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

/** MurmurHash2 with Kafka's seed, over the UTF-8 bytes of `text` from character `from` (which must be ASCII before it). */
function murmur2(text: string, from: number): number {
  const length = writeUtf8(text, from)
  const bytes = scratch
  const m = 0x5bd1e995
  let h = 0x9747b28c ^ length
  const words = length >> 2
  for (let w = 0; w < words; w++) {
    let k = word(bytes, w * 4)
    k = Math.imul(k, m)
    k ^= k >>> 24
    h = Math.imul(h, m) ^ Math.imul(k, m)
  }
  const rest = words * 4
  if (length - rest >= 3) h ^= (bytes[rest + 2] ?? 0) << 16
  if (length - rest >= 2) h ^= (bytes[rest + 1] ?? 0) << 8
  if (length - rest >= 1) h = Math.imul(h ^ (bytes[rest] ?? 0), m)
  h ^= h >>> 13
  h = Math.imul(h, m)
  return h ^ (h >>> 15)
}

const encoder = new TextEncoder()
let scratch = new Uint8Array(256)

/** Writes into `scratch`, as a view of its own for each text would cost more than the hash; answers how many bytes. */
function writeUtf8(text: string, from: number): number {
  const length = text.length - from
  if (length * 3 > scratch.length) scratch = new Uint8Array(length * 6)
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(from + i)
    if (code > 127) return encoder.encodeInto(text.slice(from), scratch).written
    scratch[i] = code
  }
  return length
}

function word(bytes: Uint8Array, i: number): number {
  return (bytes[i] ?? 0) | ((bytes[i + 1] ?? 0) << 8) | ((bytes[i + 2] ?? 0) << 16) | ((bytes[i + 3] ?? 0) << 24)
}
