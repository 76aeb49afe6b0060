import { compile } from './avro/compile.ts'
import { Cursor } from './avro/cursor.ts'
import { SchemaError } from './avro/form.ts'
import { parseSchema } from './avro/parse.ts'
import { WIRE_HEADER_BYTES } from './wire.ts'

/**
 * A value as the schema it was written with (or another one) reads it, whether or not that fits the stream's: for
 * repairs. Throws a SchemaError, or Malformed where the bytes are not of that schema. Not by avsc, which a flipped
 * bit in the length of a list keeps busy until memory is out: what is repaired is what is broken.
 */
export function readLoosely(value: Buffer, schema: string): unknown {
  const node = parseSchema(schema)
  if (node.kind !== 'record') throw new SchemaError('The schema of a stream must be a record.')
  const compiled = compile(node, node)
  if (compiled.kind !== 'ok') throw new SchemaError('The schema cannot be read as itself.')
  const cursor = new Cursor()
  cursor.start(value, WIRE_HEADER_BYTES)
  const record = compiled.read(cursor)
  cursor.end()
  // To plain data: maps have no prototype.
  return JSON.parse(JSON.stringify(record))
}
