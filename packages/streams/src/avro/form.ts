import type { AvroSchema } from './schema.ts'

/** A schema that is no Avro schema. */
export class SchemaError extends Error {
  override readonly name = 'SchemaError'
}

/** Deeper than any schema is; code is made of it level by level. */
const DEEPEST = 64

/** What parsing relies on, where types promise it and JSON does not. Throws a SchemaError. */
export function checkForm(schema: unknown): asserts schema is Exclude<AvroSchema, string | readonly AvroSchema[]> {
  if (!isObject(schema)) throw new SchemaError(`${shown(schema)} is no schema.`)
  const { type } = schema
  if (type !== 'record' && type !== 'enum' && type !== 'fixed') return
  const { name, namespace = '', aliases = [] } = schema
  if (typeof name !== 'string' || typeof namespace !== 'string' || !isTexts(aliases))
    throw new SchemaError(`The name, namespace or aliases of a ${type} are no texts.`)
  if (type === 'enum' && !isTexts(schema['symbols'])) throw new SchemaError(`The symbols of '${name}' are no texts.`)
  if (type === 'record') checkFields(name, schema['fields'])
  // It becomes code.
  if (type === 'fixed' && !isSize(schema['size'])) throw new SchemaError(`The size of '${name}' is no whole number.`)
}

function checkFields(record: string, fields: unknown): void {
  if (!Array.isArray(fields)) throw new SchemaError(`'${record}' has no list of fields.`)
  const names = new Set<unknown>()
  for (const field of fields as unknown[]) {
    if (!isObject(field)) throw new SchemaError(`A field of '${record}' is ${shown(field)}.`)
    const { name, aliases = [] } = field
    if (typeof name !== 'string' || !isTexts(aliases))
      throw new SchemaError(`The name or aliases of a field of '${record}' are no texts.`)
    if (names.has(name)) throw new SchemaError(`'${record}' has the field '${name}' twice.`)
    names.add(name)
  }
}

export function checkName(name: string): void {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) throw new SchemaError(`'${name}' is no Avro name.`)
}

/** Looks level by level, so that depth costs no stack. */
export function checkDepth(schema: unknown): void {
  let level = [schema].filter(isNested)
  for (let depth = 1; level.length > 0; depth++) {
    if (depth > DEEPEST) throw new SchemaError(`The schema is nested deeper than ${DEEPEST} levels.`)
    level = level.flatMap((one) => Object.values(one) as unknown[]).filter(isNested)
  }
}

function isNested(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return isNested(value) && !Array.isArray(value)
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string')
}

function isSize(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0
}

function shown(value: unknown): string {
  return (JSON.stringify(value) ?? 'nothing').slice(0, 40)
}
