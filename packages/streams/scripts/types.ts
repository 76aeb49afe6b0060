import { type AvroField, type AvroRecord, type AvroSchema, isPrimitive, isUnion } from '../src/avro/schema.ts'

const PRIMITIVE_TYPES = {
  null: 'null',
  boolean: 'boolean',
  int: 'number',
  long: 'number',
  float: 'number',
  double: 'number',
  bytes: 'Uint8Array',
  string: 'string',
} as const

/** The TypeScript module of one stream: its record type, the type a producer fills in, and the schema's text. */
export function typesModule(stream: string, version: number, schema: AvroRecord): string {
  const name = `${schema.name}V${version}`
  const constant = `${schema.name[0]?.toLowerCase()}${schema.name.slice(1)}SchemaV${version}`
  return [
    `// Written by scripts/generate.ts from schemas/${stream}/v${version}.avsc: change that, then run \`npm run gen\`.`,
    '',
    `/** ${schema.doc ?? ''} */`,
    `export type ${name} = ${recordType(schema, 'read', '')}`,
    '',
    `/** What a producer fills in: fields with a default may be left out. */`,
    `export type ${name}Input = ${recordType(schema, 'write', '')}`,
    '',
    `/** The schema as the registry holds it. */`,
    `export const ${constant} =`,
    `  '${JSON.stringify(schema).replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`,
    '',
  ].join('\n')
}

type Side = 'read' | 'write'
type Named = Map<string, string>

function recordType(schema: AvroRecord, side: Side, indent: string, named: Named = new Map()): string {
  const inner = `${indent}  `
  const lines = schema.fields.flatMap((field) => fieldLines(field, side, inner, named))
  return `Readonly<{\n${lines.join('\n')}\n${indent}}>`
}

function fieldLines(field: AvroField, side: Side, indent: string, named: Named): string[] {
  const type = typeOf(field.type, side, indent, named)
  const optional = side === 'write' && 'default' in field
  const line = `${indent}${field.name}${optional ? '?' : ''}: ${type}${optional ? ' | undefined' : ''}`
  // The doc once is enough: the input type has the same fields.
  return side === 'read' ? [`${indent}/** ${field.doc ?? ''} */`, line] : [line]
}

function typeOf(schema: AvroSchema, side: Side, indent: string, named: Named): string {
  if (typeof schema === 'string') {
    if (isPrimitive(schema)) return PRIMITIVE_TYPES[schema]
    const known = named.get(schema)
    if (known === undefined) throw new Error(`'${schema}' is used before it is defined`)
    return known
  }
  if (isUnion(schema)) return schema.map((branch) => typeOf(branch, side, indent, named)).join(' | ')
  const type = objectType(schema, side, indent, named)
  if ('name' in schema) named.set(schema.name, type)
  return type
}

function objectType(
  schema: Exclude<AvroSchema, string | readonly AvroSchema[]>,
  side: Side,
  indent: string,
  named: Named,
) {
  switch (schema.type) {
    case 'record':
      return recordType(schema, side, indent, named)
    case 'enum':
      return schema.symbols.map((symbol) => `'${symbol}'`).join(' | ')
    case 'array':
      return `readonly ${parenthesised(typeOf(schema.items, side, indent, named))}[]`
    case 'map':
      return `Readonly<Record<string, ${typeOf(schema.values, side, indent, named)}>>`
    case 'fixed':
      return 'Uint8Array'
    default:
      return PRIMITIVE_TYPES[schema.type]
  }
}

function parenthesised(type: string): string {
  return type.includes(' | ') && !type.startsWith('Readonly<') ? `(${type})` : type
}
