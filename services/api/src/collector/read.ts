import type { Violation } from '@perennial/streams'

/** A JSON value of which nothing is known. */
export type Json = Readonly<Record<string, unknown>>

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/**
 * Reads values out of a call by their path, such as `properties.order_id`, and remembers what was wrong.
 * Own properties only: a name such as `constructor` finds nothing.
 */
export type Reader = Readonly<{
  violations: Violation[]
  /** The first of the paths that has a value. */
  find(paths: readonly string[]): Readonly<{ path: string; value: unknown }> | undefined
  text(paths: readonly string[], most?: number): string | undefined
  number(paths: readonly string[]): number | undefined
  whole(paths: readonly string[]): number | undefined
  flag(paths: readonly string[]): boolean | undefined
  /** An ISO 8601 date and time (a date alone is midnight UTC), as epoch milliseconds. */
  instant(paths: readonly string[]): number | undefined
}>

const LONGEST_TEXT = 2_000

export function readerOf(call: Json): Reader {
  const violations: Violation[] = []

  function find(paths: readonly string[]): Readonly<{ path: string; value: unknown }> | undefined {
    for (const path of paths) {
      const value = valueAt(call, path)
      if (value !== undefined && value !== null) return { path, value }
    }
    return undefined
  }

  function read<T>(paths: readonly string[], kind: string, parse: (value: unknown) => T | undefined): T | undefined {
    const found = find(paths)
    if (found === undefined) return undefined
    const parsed = parse(found.value)
    if (parsed === undefined) {
      violations.push({ type: 'Datatype-Mismatch', field: found.path, description: `Must be ${kind}.` })
    }
    return parsed
  }

  return {
    violations,
    find,
    text: (paths, most = LONGEST_TEXT) => read(paths, `a text of at most ${most} characters`, textUpTo(most)),
    number: (paths) => read(paths, 'a number', finite),
    whole: (paths) => read(paths, 'a whole number below 2^31', whole),
    flag: (paths) => read(paths, 'true or false', (value) => (typeof value === 'boolean' ? value : undefined)),
    instant: (paths) => read(paths, 'a date and time such as 2026-03-01T09:30:00Z', parseInstant),
  }
}

function valueAt(call: Json, path: string): unknown {
  let value: unknown = call
  for (const name of path.split('.')) {
    if (!isObject(value) || !Object.hasOwn(value, name)) return undefined
    value = value[name]
  }
  return value
}

function textUpTo(most: number): (value: unknown) => string | undefined {
  return (value) => (typeof value === 'string' && value.length <= most ? value : undefined)
}

function finite(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}

function whole(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) && Math.abs(value) < 2 ** 31 ? value : undefined
}

const ISO_8601 = /^(\d{4}-\d{2}-\d{2})(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2}))?$/

/** Undefined for what is no date: Date.parse alone would take `2026-02-31` and dates without a zone. */
function parseInstant(value: unknown): number | undefined {
  const match = typeof value === 'string' ? ISO_8601.exec(value) : null
  const day = match?.[1]
  if (match === null || day === undefined) return undefined
  const midnight = Date.parse(`${day}T00:00:00Z`)
  if (Number.isNaN(midnight) || new Date(midnight).toISOString().slice(0, 10) !== day) return undefined
  const at = Date.parse(match[0])
  return Number.isNaN(at) ? undefined : at
}
