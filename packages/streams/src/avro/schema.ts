/** An Avro schema as its JSON says it, as far as our schemas use the format. */
export type AvroSchema =
  | string
  | readonly AvroSchema[]
  | AvroRecord
  | AvroEnum
  | AvroArray
  | AvroMap
  | AvroLogical
  | AvroFixed

export type AvroField = Readonly<{
  name: string
  type: AvroSchema
  default?: unknown
  doc?: string
  aliases?: readonly string[]
}>
export type AvroRecord = Readonly<{
  type: 'record'
  name: string
  namespace?: string
  doc?: string
  aliases?: readonly string[]
  fields: readonly AvroField[]
}>
export type AvroEnum = Readonly<{
  type: 'enum'
  name: string
  namespace?: string
  doc?: string
  symbols: readonly string[]
  default?: string
}>
export type AvroArray = Readonly<{ type: 'array'; items: AvroSchema }>
export type AvroMap = Readonly<{ type: 'map'; values: AvroSchema }>
export type AvroFixed = Readonly<{ type: 'fixed'; name: string; namespace?: string; size: number }>
/** A primitive written as an object, with or without a logical type. */
export type AvroLogical = Readonly<{ type: AvroPrimitive; logicalType?: string }>
export type AvroPrimitive = 'null' | 'boolean' | 'int' | 'long' | 'float' | 'double' | 'bytes' | 'string'

const PRIMITIVES = new Set<string>(['null', 'boolean', 'int', 'long', 'float', 'double', 'bytes', 'string'])

export function isPrimitive(name: string): name is AvroPrimitive {
  return PRIMITIVES.has(name)
}

/** Narrow a schema written as an object by its `type`. */
export function isUnion(schema: AvroSchema): schema is readonly AvroSchema[] {
  return Array.isArray(schema)
}
