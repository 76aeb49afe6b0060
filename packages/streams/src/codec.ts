import avro from 'avsc'
import type { StreamName } from './names.ts'
import { createReader, type Decoded, type Reader, type SchemaById } from './reader.ts'
import { type Inputs, type Records, SCHEMAS } from './registry.ts'
import { WIRE_HEADER_BYTES } from './wire.ts'

export type Codec = Readonly<{
  decode<N extends StreamName>(name: N, value: Buffer): Decoded<Records[N]>
}>

/** Decodes whole records of every stream. Ingest reads only the fields it needs: see `createIntake`. */
export function createCodec(schemaById: SchemaById): Codec {
  const readers = new Map<StreamName, Reader<unknown>>()
  return {
    decode<N extends StreamName>(name: N, value: Buffer): Decoded<Records[N]> {
      let reader = readers.get(name)
      if (reader === undefined) {
        reader = createReader<Records[N]>(SCHEMAS[name], schemaById)
        readers.set(name, reader)
      }
      // What stands under the name of a stream reads that stream's records.
      return reader(value) as Decoded<Records[N]>
    },
  }
}

const types = new Map<StreamName, avro.Type>()

/** Built when it is first needed: the services that only read never pay for it. */
export function avroType(name: StreamName): avro.Type {
  let type = types.get(name)
  if (type === undefined) {
    type = avro.Type.forSchema(JSON.parse(SCHEMAS[name]), { wrapUnions: 'never' })
    types.set(name, type)
  }
  return type
}

// One buffer for all, as encoding is synchronous: avsc would make a new one for every record.
let scratch = Buffer.alloc(16 * 1024)

/**
 * A record in the wire format. Fields with a default may be left out.
 * Throws an Error that names the type when the record does not fit its schema: check what comes from
 * outside with `violationsOf` first.
 */
export function encodeRecord<N extends StreamName>(name: N, record: Inputs[N], schemaId: number): Buffer {
  const type = avroType(name)
  let end = type.encode(record, scratch, WIRE_HEADER_BYTES)
  if (end < 0) {
    scratch = Buffer.alloc(scratch.length * 2 - end)
    end = type.encode(record, scratch, WIRE_HEADER_BYTES)
  }
  scratch[0] = 0
  scratch.writeUInt32BE(schemaId, 1)
  return Buffer.from(scratch.subarray(0, end))
}
