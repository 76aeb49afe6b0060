import { Cursor, Malformed } from './avro/cursor.ts'
import { compile, type Read } from './avro/compile.ts'
import { SchemaError } from './avro/form.ts'
import { parseSchema, type RecordNode } from './avro/parse.ts'
import { type Dead, undecodable } from './verdict.ts'
import { schemaIdOf, WIRE_HEADER_BYTES } from './wire.ts'

export type Decoded<T> =
  | Readonly<{ kind: 'ok'; record: T }>
  /** The writer's schema is not known yet: ask the registry, then try again. Never a reason to set the record aside. */
  | Readonly<{ kind: 'unresolved'; id: number }>
  | Dead

export type Reader<T> = (value: Buffer) => Decoded<T>

/** The schema's text by its id, from what the registry has been asked before; undefined = not asked yet. */
export type SchemaById = (id: number) => string | undefined

/** How many writers' schemas of one stream are kept ready; more are in use only by mistake. */
const MOST_WRITERS = 64

type Decoder = Readonly<{ read: Read; paths: readonly string[] }>

/**
 * Reads values of one stream in the registry's wire format. The reader does no I/O: a registry that does
 * not answer cannot look like a bad record. `fields` are those to be read, all of them if it is left out.
 */
export function createReader<T>(
  schema: string,
  schemaById: SchemaById,
  fields?: readonly (keyof T & string)[],
): Reader<T> {
  const reader = recordOf(schema)
  const writers = new Map<number, Decoder | Dead>()
  const cursor = new Cursor()

  const decoderFor = (id: number): Decoder | Dead | undefined => {
    const text = schemaById(id)
    if (text === undefined) return undefined
    if (writers.size >= MOST_WRITERS) writers.clear()
    const decoder = decoderOf(reader, text, id, fields)
    writers.set(id, decoder)
    return decoder
  }

  return (value) => {
    const id = schemaIdOf(value)
    if (id === undefined) return NOT_WIRE_FORMAT
    const decoder = writers.get(id) ?? decoderFor(id)
    if (decoder === undefined) return { kind: 'unresolved', id }
    if ('violation' in decoder) return decoder
    cursor.start(value, WIRE_HEADER_BYTES)
    try {
      const record = decoder.read(cursor) as T
      cursor.end()
      return { kind: 'ok', record }
    } catch (error) {
      if (!(error instanceof Malformed)) throw error
      return undecodable('Datatype-Mismatch', decoder.paths[cursor.field] ?? '', error.message)
    }
  }
}

const NOT_WIRE_FORMAT = undecodable('Unknown-Violation', '', 'The value is not in the wire format of the registry.')

function recordOf(schema: string): RecordNode {
  const node = parseSchema(schema)
  if (node.kind !== 'record') throw new SchemaError('The schema of a stream must be a record.')
  return node
}

function decoderOf(reader: RecordNode, text: string, id: number, fields?: readonly string[]): Decoder | Dead {
  try {
    const compiled = compile(reader, parseSchema(text), fields)
    if (compiled.kind === 'ok') return compiled
    const [{ rule, path, message } = { rule: '', path: '', message: '' }] = compiled.reasons
    return undecodable('Datatype-Mismatch', path, `Schema ${id} cannot be read as ${reader.name}: ${rule}, ${message}.`)
  } catch (error) {
    if (!(error instanceof SchemaError)) throw error
    return undecodable('Unknown-Violation', '', `Schema ${id} is not usable: ${error.message}`)
  }
}
