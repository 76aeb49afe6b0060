import { memberKey, partitionFor } from '@perennial/member'
import { encodeRecord, type Inputs, type OutputName, registrySubject, SCHEMAS, topicOf } from '@perennial/streams'
import type { Headers, Platform } from './ports.ts'

/** One record for others: keyed by its member, with CloudEvents headers. */
export type OutputRecord<N extends OutputName> = Readonly<{ memberId: string; record: Inputs[N]; headers: Headers }>

export type OutputWriter<N extends OutputName> = Readonly<{
  /** Resolves when it is stored. */
  write(output: OutputRecord<N>): Promise<void>
}>

/**
 * Writes single records of an output stream. Asks for its topic and its schema when it is first used: a process whose
 * settings never lead here does not need them.
 */
export function createOutputWriter<N extends OutputName>(
  name: N,
  { log, schemas }: Pick<Platform, 'log' | 'schemas'>,
): OutputWriter<N> {
  const topic = topicOf(name)
  let place: Promise<Readonly<{ schemaId: number; partitions: number }>> | undefined

  async function find() {
    const partitions = await log.partitions(topic)
    return { partitions, schemaId: await schemas.register(registrySubject(topic), SCHEMAS[name]) }
  }

  return {
    async write({ memberId, record, headers }) {
      place ??= find()
      // What was not there may be there the next time.
      place.catch(() => (place = undefined))
      const { schemaId, partitions } = await place
      const partition = partitionFor(memberKey(memberId), partitions)
      const value = encodeRecord(name, record, schemaId)
      await log.append(topic, [{ partition, key: memberId, headers, value }])
    },
  }
}
