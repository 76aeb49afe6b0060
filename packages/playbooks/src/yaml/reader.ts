import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, type YAMLMap } from 'yaml'
import type { Problem } from './problem.ts'
import { hint } from './suggest.ts'

/** Collects what is wrong with one file. */
export type Place = Readonly<{ say(node: Node | null, reason: string): void }>

/** Reads one value; undefined when it is wrong, which it has then said. */
export type Reader<T> = (node: Node, place: Place) => T | undefined

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
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  for (const { pos, message } of [...document.errors, ...document.warnings]) sayAt(pos[0], message)
  if (problems.length > 0) return { value: undefined, problems }
  if (document.contents === null) {
    sayAt(0, 'the file is empty')
    return { value: undefined, problems }
  }
  const value = read(document.contents, place)
  return { value: problems.length === 0 ? value : undefined, problems }
}

/** A mapping with these keys and no others. */
export function object<S extends Fields>(fields: S): Reader<ObjectOf<S>> {
  return (node, place) => {
    if (!isMap(node)) {
      place.say(node, `expected a mapping with the keys ${Object.keys(fields).join(', ')}`)
      return undefined
    }
    const found = valuesOf(node, fields, place)
    const read = Object.entries(fields).map(([name, field]) => [name, readField(node, name, field, { found, place })])
    return Object.fromEntries(read) as ObjectOf<S>
  }
}

export function list<T>(item: Reader<T>): Reader<readonly T[]> {
  return (node, place) => {
    if (!isSeq(node) || node.items.length === 0) {
      place.say(node, 'expected a list with at least one item')
      return undefined
    }
    return (node.items as Node[]).map((child) => item(child, place)).filter((value) => value !== undefined)
  }
}

/** One plain value: `parse` answers it, or throws nothing and says what was expected. */
export function scalar<T>(expected: string, parse: (value: unknown) => T | undefined): Reader<T> {
  return (node, place) => {
    const parsed = isScalar(node) ? parse(node.value) : undefined
    if (parsed === undefined)
      place.say(node, `expected ${expected}${isScalar(node) ? `, found ${shown(node.value)}` : ''}`)
    return parsed
  }
}

export function oneOf<const T extends string>(values: readonly T[]): Reader<T> {
  return (node, place) => {
    const text = isScalar(node) ? String(node.value) : undefined
    const match = values.find((value) => value === text)
    if (match !== undefined) return match
    place.say(
      node,
      `expected one of ${values.join(', ')}${text === undefined ? '' : `, found '${text}'${hint(text, values)}`}`,
    )
    return undefined
  }
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
    else if (pair.value === null || (isScalar(pair.value) && pair.value.value === null))
      place.say(key, `'${name}' has no value`)
    else found.set(name, pair.value as Node)
  }
  return found
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
