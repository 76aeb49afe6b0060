import type { Platform, SourceInput } from '@perennial/runtime'
import { createCodec, schemaIdOf, SOURCE_NAMES, topicOf } from '@perennial/streams'
import { IDENTITY_KEY } from '../../e2e/harness/deployment.ts'
import type { Found } from '../../e2e/harness/topic-records.ts'
import { type Reference, referenceOf, type Tally } from '../../e2e/reference/reference.ts'
import type { LogCopy } from './log-copy.ts'

/** Where a source record stands: `<topic> <partition> <offset>`. */
export type Place = string

export type Truth = Readonly<{
  reference: Reference
  /** What must have become of every source record there is. */
  verdicts: ReadonlyMap<Place, keyof Tally>
  /** Ids of all records that can be read. */
  eventIds: ReadonlySet<string>
}>

export function placeOf(topic: string, partition: number, offset: number): Place {
  return `${topic} ${partition} ${offset}`
}

/** What the source topics hold, told in one pass; `misread`: what nobody could read, though it was right. */
export async function truthOf(
  platform: Pick<Platform, 'schemas'>,
  copy: LogCopy,
  misread: ReadonlySet<Place>,
): Promise<Truth> {
  const inputs: SourceInput[] = []
  const places: Place[] = []
  const eventIds = new Set<string>()
  const verdicts = new Map<Place, keyof Tally>()
  const codec = await codecOf(platform, copy)
  for (const name of SOURCE_NAMES) {
    const topic = topicOf(name)
    for (const found of await copy.catchUp(topic)) {
      const place = placeOf(topic, found.partition, found.offset)
      const decoded = codec.decode(name, found.value ?? Buffer.alloc(0))
      if (decoded.kind === 'ok') eventIds.add(decoded.record.eventId)
      if (decoded.kind === 'ok' && !misread.has(place)) {
        inputs.push(asReceived({ stream: name, record: decoded.record } as SourceInput, found))
        places.push(place)
      } else verdicts.set(place, 'dead')
    }
  }
  const reference = referenceOf(inputs, IDENTITY_KEY)
  for (const [n, place] of places.entries()) verdicts.set(place, reference.verdicts[n] ?? 'dead')
  return { reference, verdicts, eventIds }
}

async function codecOf({ schemas }: Pick<Platform, 'schemas'>, copy: LogCopy) {
  const known = new Map<number, string>()
  for (const name of SOURCE_NAMES)
    for (const { value } of await copy.catchUp(topicOf(name))) {
      const id = value === null ? undefined : schemaIdOf(value)
      const schema = id === undefined || known.has(id) ? undefined : await schemas.schemaById(id)
      if (id !== undefined && schema !== undefined) known.set(id, schema)
    }
  return createCodec((id) => known.get(id))
}

/** What is dated after its arrival happened when it arrived. */
function asReceived(input: SourceInput, { timestamp }: Found): SourceInput {
  const { record } = input
  if (record.occurredAt <= timestamp) return input
  return { ...input, record: { ...record, occurredAt: timestamp } } as SourceInput
}
