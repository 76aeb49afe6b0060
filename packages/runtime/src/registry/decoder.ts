import { createCodec, type Dead, type Records, type StreamName } from '@perennial/streams'
import { Fault } from '../fault.ts'
import type { LogRecord, SchemaStore } from '../ports.ts'

/** `undecodable`: for the dead letters, if there are any of the topic. */
export type DropReason = 'tombstone' | 'undecodable'

export type Dropped = Readonly<{ reason: DropReason; offset: number; detail: string; dead?: Dead }>

export type Decoded<N extends StreamName> = Readonly<{ records: readonly Records[N][]; dropped: readonly Dropped[] }>

export type Decode<N extends StreamName> = (records: readonly LogRecord[]) => Promise<Decoded<N>>

/** More writer schemas than this are not in use at one time. */
const MOST_SCHEMAS = 100

/**
 * Decodes the records of a stream, asking the registry for schemas it has not
 * met. A registry that is out, or does not know the id (yet), makes it throw:
 * that is no fault of the records, and they come again.
 */
export function createDecoder<N extends StreamName>(schemas: SchemaStore, name: N): Decode<N> {
  const known = new Map<number, string>()
  const codec = createCodec((id) => known.get(id))

  async function learn(id: number): Promise<void> {
    const schema = await schemas.schemaById(id)
    if (schema === undefined) {
      const message = `The registry does not know schema ${id} of a ${name} record: waiting for it.`
      throw new Fault('registry/unknown-schema', message, { retriable: true })
    }
    if (known.size >= MOST_SCHEMAS) known.clear()
    known.set(id, schema)
  }

  return async (found) => {
    const records: Records[N][] = []
    const dropped: Dropped[] = []
    for (const { value, offset } of found) {
      if (value === null) {
        dropped.push({ reason: 'tombstone', offset, detail: '' })
        continue
      }
      let decoded = codec.decode(name, value)
      if (decoded.kind === 'unresolved') {
        await learn(decoded.id)
        decoded = codec.decode(name, value)
      }
      if (decoded.kind === 'ok') records.push(decoded.record)
      else if (decoded.kind === 'dead')
        dropped.push({ reason: 'undecodable', offset, detail: decoded.violation.description, dead: decoded })
    }
    return { records, dropped }
  }
}
