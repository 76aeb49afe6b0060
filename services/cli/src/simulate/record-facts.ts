import { type Fact, idHash, STREAM_CODES, type Vocabulary } from '@perennial/member'
import type { SourceInput } from '@perennial/runtime'
import {
  encodeRecord,
  type MapContext,
  SCHEMAS,
  SOURCE_NAMES,
  type SourceName,
  STREAMS,
  type Taken,
} from '@perennial/streams'

/** The schema of a record is that of its stream: no registry is asked. */
const SCHEMA_ID = 1

/** What a record of a source stream says, as ingest would read it. */
export type ReadRecord = (input: SourceInput) => Taken

/**
 * Reads records as ingest does, through their bytes. `hashEmail` tells addresses apart; it need not be the deployment's own. A record
 * arrives when it happened.
 */
export function recordReader(vocabulary: Vocabulary, hashEmail: (address: string) => string): ReadRecord {
  const intakes = new Map(SOURCE_NAMES.map((name) => [name, STREAMS[name].intake(() => SCHEMAS[name])]))
  const seen = new Map<SourceName, Set<number>>(SOURCE_NAMES.map((name) => [name, new Set()]))
  let offset = 0

  return ({ stream, record }) => {
    const context: MapContext = {
      receivedAt: record.occurredAt,
      source: { stream: STREAM_CODES[stream], partition: 0, offset: offset++ },
      hashEmail,
      hashId: idHash,
      maxFutureMs: 0,
      vocabulary,
    }
    const known = seen.get(stream)
    const taken = intakes.get(stream)?.(
      encodeRecord(stream, record, SCHEMA_ID),
      context,
      (id) => known?.has(numberOf(id)) === true,
    )
    if (taken?.kind === 'ok') known?.add(numberOf(record.eventId))
    return taken ?? { kind: 'drop', reason: 'unknown-signal' }
  }
}

/** 53 bits of an event id's hash: two in ten million records are taken for one another once in a hundred histories. */
function numberOf(eventId: string): number {
  const { hi, lo } = idHash(eventId)
  return (hi & 0x1f_ffff) * 0x1_0000_0000 + lo
}

/** What a record that can be used says; nothing of any other. */
export function factsOf(taken: Taken): readonly Fact[] {
  return taken.kind === 'ok' ? taken.facts : []
}
