import type { LogRecord, Platform } from '@perennial/runtime'
import { createCodec, type Records, schemaIdOf, type StreamName, topicOf } from '@perennial/streams'

export type Found = LogRecord & Readonly<{ partition: number }>

/** Everything in a topic, partition by partition. */
export async function readTopic({ log }: Pick<Platform, 'log'>, topic: string): Promise<Found[]> {
  const [starts, ends] = await Promise.all([log.startOffsets(topic), log.endOffsets(topic)])
  const found: Found[] = []
  for (const [partition, end] of ends.entries()) {
    for (let from = starts[partition] ?? 0; from < end;) {
      const page = await log.read({ topic, partition }, from, 1_000)
      // One by one: headers and time are getters, which a spread leaves behind.
      for (const { offset, key, value, headers, timestamp } of page)
        found.push({ partition, offset, key, value, headers, timestamp })
      const last = page.at(-1)
      if (last === undefined) break
      from = last.offset + 1
    }
  }
  return found
}

/** Everything in the topic of a stream, decoded. Throws when a record cannot be. */
export async function readStream<N extends StreamName>(
  platform: Pick<Platform, 'log' | 'schemas'>,
  name: N,
): Promise<Readonly<{ record: Records[N]; found: Found }>[]> {
  const records = await readTopic(platform, topicOf(name))
  const schemas = new Map<number, string>()
  for (const { value } of records) {
    const id = value === null ? undefined : schemaIdOf(value)
    if (id === undefined || schemas.has(id)) continue
    const schema = await platform.schemas.schemaById(id)
    if (schema !== undefined) schemas.set(id, schema)
  }
  const codec = createCodec((id) => schemas.get(id))
  return records.map((found) => {
    const decoded = codec.decode(name, found.value ?? Buffer.alloc(0))
    if (decoded.kind !== 'ok') throw new Error(`${name} ${found.partition}/${found.offset}: ${JSON.stringify(decoded)}`)
    return { record: decoded.record, found }
  })
}
