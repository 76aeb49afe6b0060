import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { foldActivity, idHash, newRows, type OpenSignal, type Rows, vocabularyOf } from '@perennial/member'
import { sharedData } from '@perennial/testkit'
import { describe, expect, test } from 'vitest'
import { featuresFor } from './registry.ts'

/*
 * Activity of real members, folded as it would be live, against features that others computed from the same files
 * (the READMEs there say how). The features here are ln(1 + v) of theirs.
 */
const data = sharedData('features against the reference scores of k8s-membership and online-retail')

type Event = Readonly<{ member: string; stream: string; action: string; at: number }>

/** Plain comma-separated values: no field of the columns read here is ever quoted. */
function* linesOf(text: string): Generator<readonly string[]> {
  for (const line of text.split('\n').slice(1)) if (line !== '') yield line.split(',')
}

function readText(folder: string, ...path: readonly string[]): string {
  const bytes = readFileSync(join(folder, ...path))
  return (path.at(-1)?.endsWith('.gz') === true ? gunzipSync(bytes) : bytes).toString('utf8')
}

function k8sEvents(folder: string): Event[] {
  return [...linesOf(readText(folder, 'k8s-membership', 'events.csv.gz'))].map(
    ([ts = '', member = '', stream = '', action = '']) => ({ member, stream, action, at: Date.parse(ts) }),
  )
}

/** One event per invoice of a customer, at its earliest line. Descriptions may be quoted, and hold commas. */
function retailEvents(folder: string): Event[] {
  const invoices = new Map<string, Event>()
  const line = /^(\w+),[^,]*,(?:"(?:[^"]|"")*"|[^",]*),-?\d+,([^,]+),[^,]*,(\d+),/
  for (const text of readText(folder, 'online-retail', 'online_retail.csv.gz').split('\n')) {
    const [, invoice = '', ts = '', member = ''] = line.exec(text) ?? []
    const key = `${member} ${invoice}`
    const at = Date.parse(ts)
    if (member === '' || (invoices.get(key)?.at ?? Infinity) <= at) continue
    invoices.set(key, { member, stream: invoice.startsWith('C') ? 'return' : 'purchase', action: 'invoice', at })
  }
  return [...invoices.values()]
}

/** A row per member, of the events before the cut-off. */
function foldedUntil(events: readonly Event[], cutoff: number, open: readonly OpenSignal[]) {
  const vocabulary = vocabularyOf(open)
  const before = events.filter(({ at }) => at < cutoff)
  const places = new Map([...new Set(before.map(({ member }) => member))].map((member, place) => [member, place]))
  const rows = newRows(places.size, vocabulary)
  for (const [n, { member, stream, action, at }] of before.entries()) {
    const signal = vocabulary.open(stream, action)?.id
    if (signal === undefined) throw new Error(`${stream}.${action} is not named`)
    const { hi: idHi, lo: idLo } = idHash(`e${n}`)
    foldActivity(rows, places.get(member) ?? 0, { signal, at, amount: 1, trust: 1, idHi, idLo }, false)
  }
  return { rows, places, features: featuresFor(vocabulary) }
}

type Folded = ReturnType<typeof foldedUntil>

/** How far the three features of the reference model are from the file's columns, at most. */
function farthest(folder: string, name: string, cutoff: number, { rows, places, features }: Folded) {
  const nobody = newRows(1, rows.vocabulary)
  const of = (feature: string, i: number | undefined): number => {
    const [from, place]: readonly [Rows, number] = i === undefined ? [nobody, 0] : [rows, i]
    return features.named(feature)?.value(from, place, cutoff) ?? NaN
  }
  let members = 0
  let off = 0
  for (const [member = '', , count, since, streams] of linesOf(readText(folder, name, 'reference_scores.csv'))) {
    const i = places.get(member)
    members++
    off = Math.max(
      off,
      Math.abs(of('activity_365', i) - Math.log1p(Number(count))),
      Math.abs(of('days_since_activity', i) - Math.log1p(Number(since))),
      Math.abs(of('streams_365', i) - Math.log1p(Number(streams))),
    )
  }
  return { members, off }
}

describe.runIf(data !== undefined)('what others computed from the same events', () => {
  const folder = data ?? ''

  test('of members of a software community', () => {
    const events = k8sEvents(folder)
    const names = [...new Set(events.map(({ stream, action }) => `${stream} ${action}`))]
    const open = names.map((name): OpenSignal => {
      const [stream = '', action = ''] = name.split(' ')
      return { stream, action, family: action === 'team_leave' ? 'friction' : 'open' }
    })
    const cutoff = Date.UTC(2023, 1, 17)
    const { members, off } = farthest(folder, 'k8s-membership', cutoff, foldedUntil(events, cutoff, open))
    expect(members).toBe(1_712)
    expect(off).toBeLessThan(1e-5)
  })

  test('of customers of a wholesaler', () => {
    const events = retailEvents(folder)
    expect(events).toHaveLength(22_190)
    const open = ['purchase', 'return'].map((stream) => ({ stream, action: 'invoice' }))
    const cutoff = Date.UTC(2011, 8, 10)
    const { members, off } = farthest(folder, 'online-retail', cutoff, foldedUntil(events, cutoff, open))
    expect(members).toBe(3_370)
    expect(off).toBeLessThan(1e-5)
  })
})
