import { partitionFor, type SubjectKey } from '@perennial/member'
import {
  encodeRecord,
  type Inputs,
  registrySubject,
  SCHEMAS,
  SOURCE_NAMES,
  type SourceName,
  topicOf,
} from '@perennial/streams'
import type { Outgoing, Platform } from './ports.ts'

/** A record of a source stream, named together with its stream. Fields with a default may be left out. */
export type SourceInput = { [N in SourceName]: Readonly<{ stream: N; record: Inputs[N] }> }[SourceName]

export type SourceWriter = Readonly<{
  /**
   * Appends records to their source topics, in the order given within each partition; resolves when all are stored.
   * The key is the event id, so that a record sent twice meets its first copy in the same partition.
   * Throws when a record does not fit its schema: check foreign ones with `violationsOf` first.
   */
  write(inputs: readonly SourceInput[]): Promise<void>
}>

/** What producers inside this repository write source records with: the collector, replays, outreach outcomes. */
export async function createSourceWriter({ log, schemas }: Pick<Platform, 'log' | 'schemas'>): Promise<SourceWriter> {
  const streams = new Map<SourceName, Readonly<{ id: number; partitions: number }>>()
  for (const name of SOURCE_NAMES) {
    const topic = topicOf(name)
    const id = await schemas.register(registrySubject(topic), SCHEMAS[name])
    streams.set(name, { id, partitions: await log.partitions(topic) })
  }

  function outgoing({ stream, record }: SourceInput): Outgoing {
    const { id, partitions } = streams.get(stream) ?? { id: 0, partitions: 1 }
    const key = record.eventId
    return { key, value: encodeRecord(stream, record, id), partition: partitionFor(key as SubjectKey, partitions) }
  }

  return {
    async write(inputs) {
      const byTopic = Map.groupBy(inputs, ({ stream }) => topicOf(stream))
      await log.appendMany([...byTopic].map(([topic, group]) => ({ topic, records: group.map(outgoing) })))
    },
  }
}
