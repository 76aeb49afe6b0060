import avro from 'avsc'
import { WIRE_HEADER_BYTES } from './wire.ts'

/**
 * A value as the schema it was written with (or another one) reads it, whether or not that fits the stream's: for
 * repairs. Throws where the bytes are not of that schema.
 */
export function readLoosely(value: Buffer, schema: string): unknown {
  const type = avro.Type.forSchema(JSON.parse(schema), { wrapUnions: 'never' })
  // To plain data: what avsc builds are instances of classes of its own.
  return JSON.parse(JSON.stringify(type.fromBuffer(value.subarray(WIRE_HEADER_BYTES))))
}
