import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, type YAMLMap } from 'yaml'
import type { Problem } from './problem.ts'
import { hint } from './suggest.ts'

/** Collects what is wrong with one file. */
export type Place = Readonly<{ say(node: Node | null, reason: string): void }>

/** JSON Schema 2020-12 of what a reader takes: editors complete and check by it. */
export type JsonSchema = Readonly<{ [keyword: string]: unknown }>

/** Reads one value; undefined when it is wrong, which it has then said. */
export type Reader<T> = ((node: Node, place: Place) => T | undefined) & Readonly<{ schema: JsonSchema }>

function reader<T>(schema: JsonSchema, read: (node: Node, place: Place) => T | undefined): Reader<T> {
  return Object.assign(read, { schema })
}

export type Field<T> = Readonly<{ read: Reader<T>; fallback: T | 'required' | 'optional' }>

type Fields = Readonly<Record<string, Field<unknown>>>
type ValueOf<F> = F extends Field<infer T> ? T : never
export type ObjectOf<S extends Fields> = {
  [K in keyof S]: ValueOf<S[K]> | (S[K]['fallback'] extends 'optional' ? undefined : never)
}

/** Reads a whole file; undefined with at least one problem when something is wrong. */
export function readYaml<T>(
  file: string,
  text: string,
  read: Reader<T>,
): { value: T | undefined; problems: Problem[] } {
  const lines = new LineCounter()
  const problems: Problem[] = []
  const sayAt = (offset: number, reason: string) => {
    const { line, col } = lines.linePos(offset)
    problems.push({ file, line: Math.max(1, line), column: Math.max(1, col), reason })
  }
  const place: Place = { say: (node, reason) => sayAt(node?.range?.[0] ?? 0, reason) }
  try {
    const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
    // The reader of YAML keeps what it could not go through as a mistake of the file's.
    if (document.errors.some(({ message }) => message.startsWith('Maximum call stack'))) throw new RangeError()
    for (const { pos, message } of [...document.errors, ...document.warnings]) sayAt(pos[0], message)
    if (document.contents === null) sayAt(0, 'the file is empty')
    const value = document.contents === null || problems.length > 0 ? undefined : read(document.contents, place)
    return { value: problems.length === 0 ? value : undefined, problems }
  } catch (error) {
    // What reads calls itself for every level.
    if (!(error instanceof RangeError)) throw error
    sayAt(0, 'the file is nested too deeply')
    return { value: undefined, problems }
  }
}

/** A mapping with these keys and no others. */
export function object<S extends Fields>(fields: S): Reader<ObjectOf<S>> {
  return reader(objectSchema(fields), (node, place) => {
    if (!isMap(node)) {
      place.say(node, `expected a mapping with the keys ${Object.keys(fields).join(', ')}`)
      return undefined
    }
    const found = valuesOf(node, fields, place)
    const read = Object.entries(fields).map(([name, field]) => [name, readField(node, name, field, { found, place })])
    return Object.fromEntries(read) as ObjectOf<S>
  })
}

function objectSchema(fields: Fields): JsonSchema {
  const entries = Object.entries(fields)
  const needed = entries.filter(([, { fallback }]) => fallback === 'required').map(([name]) => name)
  return {
    type: 'object',
    additionalProperties: false,
    ...(needed.length === 0 ? {} : { required: needed }),
    properties: Object.fromEntries(entries.map(([name, { read }]) => [name, read.schema])),
  }
}

/** A mapping from keys of the writer's own to values of one kind. */
export function record<T>(key: Reader<string>, value: Reader<T>): Reader<Readonly<Record<string, T>>> {
  const schema = { type: 'object', minProperties: 1, propertyNames: key.schema, additionalProperties: value.schema }
  return reader(schema, (node, place) => {
    if (!isMap(node) || node.items.length === 0) {
      place.say(node, 'expected a mapping with at least one key')
      return undefined
    }
    const read = node.items.map((pair) => {
      const name = key(pair.key as Node, place)
      if (!isEmpty(pair.value)) return [name, value(pair.value as Node, place)] as const
      place.say(pair.key as Node, `'${name ?? ''}' has no value`)
      return [name, undefined] as const
    })
    return Object.fromEntries(
      read.flatMap(([name, one]) => (name === undefined || one === undefined ? [] : [[name, one] as const])),
    )
  })
}

/** One plain value, or a mapping. */
export function either<T, U>(plain: Reader<T>, mapping: Reader<U>): Reader<T | U> {
  return reader<T | U>({ anyOf: [plain.schema, mapping.schema] }, (node, place) =>
    isMap(node) ? mapping(node, place) : plain(node, place),
  )
}

export function list<T>(item: Reader<T>): Reader<readonly T[]> {
  return reader({ type: 'array', minItems: 1, items: item.schema }, (node, place) => {
    if (!isSeq(node) || node.items.length === 0) {
      place.say(node, 'expected a list with at least one item')
      return undefined
    }
    return (node.items as Node[]).map((child) => item(child, place)).filter((value) => value !== undefined)
  })
}

type Parse<T> = (value: unknown) => T | undefined

/** One plain value: `parse` answers it, or undefined, and what was expected is said. */
export function scalar<T>(expected: string, schema: JsonSchema, parse: Parse<T>): Reader<T> {
  return plain(expected, schema, { parse, said: (value) => `, found ${shown(value)}` })
}

/** The same for what must not stand in a log: what was found is not said. */
export function secret<T>(expected: string, schema: JsonSchema, parse: Parse<T>): Reader<T> {
  return plain(expected, schema, { parse, said: () => '' })
}

type Plain<T> = Readonly<{ parse: Parse<T>; said: (value: unknown) => string }>

function plain<T>(expected: string, schema: JsonSchema, { parse, said }: Plain<T>): Reader<T> {
  return reader({ description: expected, ...schema }, (node, place) => {
    const parsed = isScalar(node) ? parse(node.value) : undefined
    if (parsed === undefined) place.say(node, `expected ${expected}${isScalar(node) ? said(node.value) : ''}`)
    return parsed
  })
}

export function oneOf<const T extends string>(values: readonly T[]): Reader<T> {
  return reader({ enum: values }, (node, place) => {
    const text = isScalar(node) ? String(node.value) : undefined
    const match = values.find((value) => value === text)
    if (match !== undefined) return match
    place.say(
      node,
      `expected one of ${values.join(', ')}${text === undefined ? '' : `, found '${text}'${hint(text, values)}`}`,
    )
    return undefined
  })
}

/** A reader whose value is made into another one. */
export function mapped<T, U>(read: Reader<T>, map: (value: T) => U): Reader<U> {
  return reader(read.schema, (node, place) => {
    const value = read(node, place)
    return value === undefined ? undefined : map(value)
  })
}

/** A reader with one more rule; `wrong` says what is wrong with a value that is whole. */
export function checked<T>(read: Reader<T>, wrong: (value: T) => string | undefined): Reader<T> {
  return reader(read.schema, (node, place) => {
    let said = false
    const value = read(node, {
      say(at, reason) {
        said = true
        place.say(at, reason)
      },
    })
    // Only what is whole can be judged as a whole.
    if (value === undefined || said) return undefined
    const reason = wrong(value)
    if (reason === undefined) return value
    place.say(node, reason)
    return undefined
  })
}

/** A reader that may contain itself; `name` says where in `$defs` its schema stands. */
export function lazy<T>(read: () => Reader<T>, name: string): Reader<T> {
  return reader({ $ref: `#/$defs/${name}` }, (node, place) => read()(node, place))
}

/** A mapping with exactly one of these keys. */
export function oneKeyOf<T>(kinds: readonly Readonly<{ name: string; read: Reader<T> }>[]): Reader<T> {
  const names = kinds.map(({ name }) => name)
  const alternatives = kinds.map(({ name, read }) => objectSchema({ [name]: required(read) }))
  return reader({ oneOf: alternatives }, (node, place) => {
    const pair = isMap(node) && node.items.length === 1 ? node.items[0] : undefined
    const key = pair?.key
    if (pair === undefined || !isScalar(key)) {
      place.say(node, `expected exactly one of ${names.join(', ')}`)
      return undefined
    }
    const kind = kinds.find(({ name }) => name === String(key.value))
    if (kind === undefined) {
      const name = String(key.value)
      place.say(key, `unknown key '${name}'${hint(name, names)}; expected one of ${names.join(', ')}`)
      return undefined
    }
    if (!isEmpty(pair.value)) return kind.read(pair.value as Node, place)
    place.say(key, `'${kind.name}' has no value`)
    return undefined
  })
}

/** Left out, it is `fallback`. */
export function optionalWith<T>(read: Reader<T>, fallback: T): Field<T> {
  return { read, fallback }
}

export function required<T>(read: Reader<T>) {
  return { read, fallback: 'required' } as const
}

export function optional<T>(read: Reader<T>) {
  return { read, fallback: 'optional' } as const
}

function valuesOf(node: YAMLMap, fields: Fields, place: Place): Map<string, Node> {
  const found = new Map<string, Node>()
  for (const pair of node.items) {
    const key = pair.key as Node
    const name = isScalar(key) ? String(key.value) : ''
    if (!Object.hasOwn(fields, name)) place.say(key, `unknown key '${name}'${hint(name, Object.keys(fields))}`)
    else if (isEmpty(pair.value)) place.say(key, `'${name}' has no value`)
    else found.set(name, pair.value as Node)
  }
  return found
}

function isEmpty(value: unknown): boolean {
  return value === null || (isScalar(value) && value.value === null)
}

type Found = Readonly<{ found: ReadonlyMap<string, Node>; place: Place }>

function readField(node: YAMLMap, name: string, { read, fallback }: Field<unknown>, { found, place }: Found): unknown {
  const value = found.get(name)
  if (value !== undefined) return read(value, place)
  if (fallback === 'optional') return undefined
  if (fallback !== 'required') return fallback
  const wrote = node.items.some(({ key }) => isScalar(key) && key.value === name)
  if (!wrote) place.say(node, `'${name}' is missing`)
  return undefined
}

function shown(value: unknown): string {
  return typeof value === 'string' ? `'${value}'` : String(value)
}
