import { checkDepth, checkForm, checkName, SchemaError } from './form.ts'
import { type AvroField, type AvroPrimitive, type AvroSchema, isPrimitive, isUnion } from './schema.ts'

/** A schema with its names looked up: what it refers to by name is the same object, so it may have cycles. */
export type Node = PrimitiveNode | RecordNode | EnumNode | ArrayNode | MapNode | FixedNode | UnionNode

export type PrimitiveNode = Readonly<{ kind: AvroPrimitive; logicalType: string | undefined }>
export type RecordNode = Readonly<{
  kind: 'record'
  name: string
  aliases: readonly string[]
  fields: readonly FieldNode[]
}>
export type FieldNode = Readonly<{
  name: string
  aliases: readonly string[]
  type: Node
  doc: string | undefined
  /** The default as a value, in a box: null is a default too. */
  fallback: Readonly<{ value: unknown }> | undefined
}>
export type EnumNode = Readonly<{
  kind: 'enum'
  name: string
  aliases: readonly string[]
  symbols: readonly string[]
  fallback: string | undefined
}>
export type ArrayNode = Readonly<{ kind: 'array'; items: Node }>
export type MapNode = Readonly<{ kind: 'map'; values: Node }>
export type FixedNode = Readonly<{ kind: 'fixed'; name: string; aliases: readonly string[]; size: number }>
export type UnionNode = Readonly<{ kind: 'union'; branches: readonly Node[] }>

type Names = Map<string, Node>

/** Reads a schema's JSON. Throws a SchemaError that quotes what is wrong. */
export function parseSchema(text: string): Node {
  let schema: AvroSchema
  try {
    schema = JSON.parse(text) as AvroSchema
  } catch (cause) {
    throw new SchemaError('The schema is not JSON.', { cause })
  }
  checkDepth(schema)
  return parse(schema, '', new Map())
}

function parse(schema: AvroSchema, namespace: string, names: Names): Node {
  if (typeof schema === 'string') return lookUp(schema, namespace, names)
  if (isUnion(schema)) return { kind: 'union', branches: schema.map((branch) => parse(branch, namespace, names)) }
  checkForm(schema)
  switch (schema.type) {
    case 'record':
      return parseRecord(schema, namespace, names)
    case 'enum':
      return define(schema, namespace, names, (name, aliases) => ({
        kind: 'enum',
        name,
        aliases,
        symbols: checkSymbols(name, schema.symbols, schema.default),
        fallback: schema.default,
      }))
    case 'fixed':
      return define(schema, namespace, names, (name, aliases) => ({ kind: 'fixed', name, aliases, size: schema.size }))
    case 'array':
      return { kind: 'array', items: parse(schema.items, namespace, names) }
    case 'map':
      return { kind: 'map', values: parse(schema.values, namespace, names) }
    default:
      return parsePlain(schema, namespace, names)
  }
}

/** A primitive, or a named type, written as an object. */
function parsePlain(
  schema: Readonly<{ type: AvroSchema; logicalType?: string }>,
  namespace: string,
  names: Names,
): Node {
  const { type, logicalType } = schema
  // One that nobody knows is left aside, as Avro has it; one that is no text is known to nobody.
  if (typeof type === 'string' && isPrimitive(type))
    return { kind: type, logicalType: typeof logicalType === 'string' ? logicalType : undefined }
  return parse(type, namespace, names)
}

type Named = Readonly<{ name: string; namespace?: string; aliases?: readonly string[] }>

function define<N extends Node>(
  schema: Named,
  namespace: string,
  names: Names,
  make: (name: string, aliases: readonly string[]) => N,
): N {
  const space = schema.namespace ?? namespaceOf(schema.name) ?? namespace
  const name = qualified(schema.name, space)
  if (names.has(name)) throw new SchemaError(`'${name}' is defined twice.`)
  const node = make(
    name,
    (schema.aliases ?? []).map((alias) => qualified(alias, space)),
  )
  names.set(name, node)
  return node
}

function parseRecord(
  schema: Named & Readonly<{ fields: readonly AvroField[] }>,
  namespace: string,
  names: Names,
): RecordNode {
  const fields: FieldNode[] = []
  const node = define(schema, namespace, names, (name, aliases) => ({ kind: 'record' as const, name, aliases, fields }))
  const space = namespaceOf(node.name) ?? ''
  for (const field of schema.fields) {
    checkName(field.name)
    const type = parse(field.type, space, names)
    const fallback = 'default' in field ? { value: defaultValue(type, field.default, field.name) } : undefined
    fields.push({ name: field.name, aliases: field.aliases ?? [], type, doc: field.doc, fallback })
  }
  return node
}

function lookUp(name: string, namespace: string, names: Names): Node {
  if (isPrimitive(name)) return { kind: name, logicalType: undefined }
  const node = names.get(qualified(name, namespace)) ?? names.get(name)
  if (node === undefined) throw new SchemaError(`'${name}' is not defined before it is used.`)
  return node
}

function qualified(name: string, namespace: string): string {
  for (const part of name.split('.')) checkName(part)
  return name.includes('.') || namespace === '' ? name : `${namespace}.${name}`
}

function namespaceOf(name: string): string | undefined {
  const dot = name.lastIndexOf('.')
  return dot < 0 ? undefined : name.slice(0, dot)
}

function checkSymbols(name: string, symbols: readonly string[], fallback: string | undefined): readonly string[] {
  for (const symbol of symbols) checkName(symbol)
  if (fallback !== undefined && !symbols.includes(fallback)) {
    throw new SchemaError(`The default '${fallback}' of '${name}' is not one of its symbols.`)
  }
  return symbols
}

/** The value of a default as a record holds it. */
function defaultValue(node: Node, json: unknown, field: string): unknown {
  const wrong = () => new SchemaError(`The default of '${field}' does not fit its type.`)
  switch (node.kind) {
    case 'union':
      if (node.branches[0] === undefined) throw wrong()
      return defaultValue(node.branches[0], json, field)
    case 'array':
      if (!Array.isArray(json)) throw wrong()
      return Object.freeze(json.map((item) => defaultValue(node.items, item, field)))
    case 'map':
      if (!isObject(json)) throw wrong()
      return Object.freeze(mapValues(json, (value) => defaultValue(node.values, value, field)))
    case 'record':
      if (!isObject(json)) throw wrong()
      return recordDefault(node, json, field)
    case 'bytes':
    case 'fixed':
      if (typeof json !== 'string') throw wrong()
      return Buffer.from(json, 'latin1')
    default:
      if (typeof json !== plainTypeOf(node)) throw wrong()
      return json
  }
}

function plainTypeOf(node: PrimitiveNode | EnumNode): string {
  if (node.kind === 'null') return 'object'
  if (node.kind === 'boolean') return 'boolean'
  return node.kind === 'string' || node.kind === 'enum' ? 'string' : 'number'
}

function recordDefault(node: RecordNode, json: Readonly<Record<string, unknown>>, field: string): unknown {
  const entries = node.fields.map(({ name, type, fallback }) => {
    if (name in json) return [name, defaultValue(type, json[name], field)]
    if (fallback === undefined) throw new SchemaError(`The default of '${field}' lacks '${name}'.`)
    return [name, fallback.value]
  })
  return Object.freeze(Object.fromEntries(entries))
}

function isObject(json: unknown): json is Readonly<Record<string, unknown>> {
  return typeof json === 'object' && json !== null && !Array.isArray(json)
}

function mapValues(json: Readonly<Record<string, unknown>>, change: (value: unknown) => unknown) {
  return Object.fromEntries(Object.entries(json).map(([key, value]) => [key, change(value)]))
}
