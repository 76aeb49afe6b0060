import { Fault } from '@perennial/runtime'

/** A small change to records that cannot be used. Paths go through records by dots: `member.email`. */
export type Transformation = Readonly<{
  rename: readonly Readonly<{ from: string; to: string }>[]
  remove: readonly string[]
  set: readonly Readonly<{ path: string; value: unknown }>[]
}>

type Fields = { [name: string]: unknown }

/** `from=to`, `path` and `path=value` as they stand on a command line; a value is JSON, or else text. */
export function transformationOf(
  options: Readonly<{ rename: readonly string[]; remove: readonly string[]; set: readonly string[] }>,
): Transformation {
  return {
    rename: options.rename.map((text) => {
      const [from, to] = pair('--rename', text)
      return { from, to }
    }),
    remove: options.remove,
    set: options.set.map((text) => {
      const [path, value] = pair('--set', text)
      return { path, value: parsed(value) }
    }),
  }
}

export function changesNothing({ rename, remove, set }: Transformation): boolean {
  return rename.length + remove.length + set.length === 0
}

/** What is changed, without the values: those may be personal. */
export function toldOf({ rename, remove, set }: Transformation): string {
  return [
    ...rename.map(({ from, to }) => `rename ${from}=${to}`),
    ...remove.map((path) => `remove ${path}`),
    ...set.map(({ path }) => `set ${path}`),
  ].join(', ')
}

/** The record changed: renamed, then removed, then set. What is not there is neither renamed nor removed. */
export function transformed(record: unknown, { rename, remove, set }: Transformation): unknown {
  const copy: unknown = structuredClone(record)
  if (!isFields(copy)) return copy
  for (const { from, to } of rename) {
    const value = take(copy, from)
    if (value !== undefined) put(copy, to, value)
  }
  for (const path of remove) take(copy, path)
  for (const { path, value } of set) put(copy, path, value)
  return copy
}

export type Difference = Readonly<{ path: string; before: unknown; after: unknown }>

/** What differs between two records, field by field; undefined = not there. */
export function differences(before: unknown, after: unknown, path = ''): Difference[] {
  if (isFields(before) && isFields(after)) {
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])]
    return names.flatMap((name) => differences(before[name], after[name], path === '' ? name : `${path}.${name}`))
  }
  return JSON.stringify(before) === JSON.stringify(after) ? [] : [{ path, before, after }]
}

function pair(option: string, text: string): [string, string] {
  const at = text.indexOf('=')
  if (at < 1) throw new Fault('usage', `${option} is '${text}': it must be two parts with = in between.`)
  return [text.slice(0, at), text.slice(at + 1)]
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

function take(fields: Fields, path: string): unknown {
  const { parent, name } = parentOf(fields, path, false)
  if (parent === undefined || !Object.hasOwn(parent, name)) return undefined
  const value = parent[name]
  delete parent[name]
  return value
}

function put(fields: Fields, path: string, value: unknown): void {
  const { parent, name } = parentOf(fields, path, true)
  if (parent !== undefined) Object.defineProperty(parent, name, { value, ...PLAIN })
}

/** Defined, not assigned: a field called __proto__ is a field. */
const PLAIN = { enumerable: true, writable: true, configurable: true }

function parentOf(fields: Fields, path: string, making: boolean): { parent: Fields | undefined; name: string } {
  const names = path.split('.')
  const name = names.pop() ?? ''
  let parent: Fields | undefined = fields
  for (const step of names) {
    if (making && parent !== undefined && !isFields(own(parent, step)))
      Object.defineProperty(parent, step, { value: {}, ...PLAIN })
    const next: unknown = parent === undefined ? undefined : own(parent, step)
    parent = isFields(next) ? next : undefined
  }
  return { parent, name }
}

function own(fields: Fields, name: string): unknown {
  return Object.hasOwn(fields, name) ? fields[name] : undefined
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
