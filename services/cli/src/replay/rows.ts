import { createHash } from 'node:crypto'
import type { SourceInput } from '@perennial/runtime'
import { SOURCE_NAMES, type SourceName, violationsOf } from '@perennial/streams'

export type Row = Readonly<{ kind: 'record'; input: SourceInput }> | Readonly<{ kind: 'broken'; reason: string }>

/** Longer lines are no records: nobody's activity takes a megabyte. */
const LONGEST_LINE = 1_000_000

/**
 * One line of a replay file: `{ "stream": "purchase", "record": { … } }`, the record with the fields of the stream's
 * Avro schema. What may be left out is filled in: `source`, `sentAt` (as `occurredAt`), and an `eventId` made from
 * the line itself, so that the same file replayed twice brings the same facts.
 */
export function parseRow(line: string): Row {
  if (line.length > LONGEST_LINE) return broken(`The line is longer than ${LONGEST_LINE} characters.`)
  let row: unknown
  try {
    row = JSON.parse(line)
  } catch (error) {
    return broken(`Not JSON: ${error instanceof Error ? error.message : String(error)}`)
  }
  if (!isObject(row)) return broken('Not an object: { "stream": …, "record": … }')
  const { stream, record } = row
  if (!isSource(stream))
    return broken(`stream is ${JSON.stringify(stream) ?? 'missing'}; it must be one of ${SOURCE_NAMES.join(', ')}.`)
  if (!isObject(record)) return broken('record is missing, or no object.')
  const whole = { eventId: idOf(line), sentAt: record['occurredAt'], source: 'replay', ...record }
  const [first] = violationsOf(stream, whole)
  if (first !== undefined)
    return broken(`${first.type}: ${first.field === '' ? 'the record' : first.field}. ${first.description}`)
  const checked: Readonly<{ stream: SourceName; record: unknown }> = { stream, record: whole }
  return { kind: 'record', input: checked as SourceInput }
}

function idOf(line: string): string {
  return `replay-${createHash('sha256').update(line).digest('hex').slice(0, 24)}`
}

function isSource(name: unknown): name is SourceName {
  return SOURCE_NAMES.some((known) => known === name)
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function broken(reason: string): Row {
  return { kind: 'broken', reason }
}
