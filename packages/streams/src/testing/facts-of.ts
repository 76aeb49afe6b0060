import { BUILT_IN, STREAM_CODES } from '@perennial/member'
import { createCodec, encodeRecord } from '../codec.ts'
import type { SourceName } from '../names.ts'
import { type Inputs, type Records, SCHEMAS, STREAMS } from '../registry.ts'
import type { MapContext, Verdict } from '../verdict.ts'

/** 2026-06-01T12:00:00Z: when the records of these tests arrive. */
export const NOW = Date.UTC(2026, 5, 1, 12)

const names = Object.keys(SCHEMAS) as SourceName[]
const codec = createCodec((id) => SCHEMAS[names[id] ?? 'purchase'])

/** What every record of these tests says, unless they say otherwise. */
export const ENVELOPE = {
  eventId: 'e-1',
  occurredAt: NOW - 60_000,
  sentAt: NOW - 30_000,
  member: { memberId: 'M1' },
  source: 'test',
} as const

/** The record as ingest gets it: encoded, decoded, and with its defaults. */
function recordOf<N extends SourceName>(name: N, input: Inputs[N]): Records[N] {
  const decoded = codec.decode(name, encodeRecord(name, input, names.indexOf(name)))
  if (decoded.kind !== 'ok') throw new Error(JSON.stringify(decoded))
  return decoded.record
}

/** The verdict on a record that arrives now, at offset 7 of partition 3. Emails are hashed to `#<address>`. */
export function verdictOn<N extends SourceName>(name: N, input: Inputs[N], changes: Partial<MapContext> = {}): Verdict {
  return STREAMS[name].toFacts(recordOf(name, input), {
    receivedAt: NOW,
    source: { stream: STREAM_CODES[name], partition: 3, offset: 7 },
    hashEmail: (address) => `#${address}`,
    hashId: () => ({ hi: 1, lo: 2 }),
    maxFutureMs: 300_000,
    vocabulary: BUILT_IN,
    ...changes,
  })
}

/** The facts of a record that must be in order, as plain as a test wants to compare them. */
export function factsOf<N extends SourceName>(name: N, input: Inputs[N], changes: Partial<MapContext> = {}) {
  const verdict = verdictOn(name, input, changes)
  if (verdict.kind !== 'ok') throw new Error(JSON.stringify(verdict))
  return verdict.facts
}
