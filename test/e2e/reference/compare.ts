import {
  countOf,
  decayedAmount,
  decodeRow,
  HALF_LIVES_DAYS,
  lastAtOf,
  newRows,
  readTail,
  type Rows,
  SLOT,
  slot,
} from '@perennial/member'
import { partitionKeys } from '@perennial/runtime'
import type { Deployment } from '../harness/deployment.ts'
import { ALL_SIGNALS, OPEN_VOCABULARY } from '../harness/open-signals.ts'
import { expectedNumbers, happeningsOf, type Numbers, type Reference, subjectsOf } from './reference.ts'

/** Relative; what the design promises. */
const TOLERANCE = 1e-9

/** Every stored row of a deployment, by subject key. */
export async function storedRows({ platform, namespace, redis }: Deployment): Promise<Map<string, Rows>> {
  const stored = new Map<string, Rows>()
  for (let partition = 0; partition < platform.partitions.activity; partition++) {
    for (const [subject, bytes] of Object.entries(
      await redis.hgetallBuffer(partitionKeys(namespace, partition).rows),
    )) {
      if (stored.has(subject)) throw new Error(`${subject} has rows in two partitions.`)
      const rows = newRows(1, OPEN_VOCABULARY)
      decodeRow(bytes, rows, 0)
      stored.set(subject, rows)
    }
  }
  return stored
}

/** What differs between what is stored and what must be, a line each; none = all is right. */
export function differences(stored: ReadonlyMap<string, Rows>, reference: Reference, at: number): string[] {
  const subjects = subjectsOf(reference)
  const known = new Set(subjects)
  const unexpected = [...stored.keys()].filter((subject) => !known.has(subject) && !reference.links.has(subject))
  return [
    ...unexpected.map((subject) => `${subject} has a row that nothing accounts for`),
    ...subjects.flatMap((subject) => {
      const rows = stored.get(subject)
      if (rows === undefined) return [`${subject} has no row`]
      return compare(subject, actualNumbers(rows, at), expectedNumbers(happeningsOf(reference, subject), at))
    }),
    ...[...reference.links].flatMap(([alias, member]) => {
      const rows = stored.get(alias)
      const link = rows === undefined ? undefined : readTail(rows, 0).link?.member
      return link === member ? [] : [`${alias} is linked to ${link}, not to ${member}`]
    }),
  ]
}

function compare(subject: string, actual: Numbers, expected: Numbers): string[] {
  const names = new Set([...Object.keys(actual), ...Object.keys(expected)])
  return [...names]
    .filter((name) => !close(actual[name], expected[name]))
    .map((name) => `${subject}: ${name} is ${actual[name]}, not ${expected[name]}`)
}

function close(a: Numbers[string] | undefined, b: Numbers[string] | undefined): boolean {
  if (typeof a !== 'number' || typeof b !== 'number') return a === b
  return Math.abs(a - b) <= TOLERANCE * Math.max(1e-6, Math.abs(a), Math.abs(b))
}

const STATUS_NAMES = [undefined, 'active', 'lapsed']
const AUTO_RENEW_NAMES = [undefined, 'false', 'true']

/** A stored row in the same words; what is zero is left out. */
export function actualNumbers(rows: Rows, at: number): Numbers {
  const numbers: Record<string, number | string> = { facts: slot(rows, 0, SLOT.facts) }
  const plain = {
    'as of': SLOT.asOf,
    'first at': SLOT.firstAt,
    'last at': SLOT.lastAt,
    'joined at': SLOT.joinedAt,
    'term start': SLOT.termStart,
    'term end': SLOT.termEnd,
    dues: SLOT.dues,
    renewals: SLOT.renewals,
    'paid at': SLOT.paidAt,
    'payment failed at': SLOT.paymentFailedAt,
    'contacted at': SLOT.contactedAt,
  }
  for (const [name, index] of Object.entries(plain)) put(numbers, name, slot(rows, 0, index))
  put(numbers, 'status', STATUS_NAMES[slot(rows, 0, SLOT.status)])
  put(numbers, 'auto-renew', AUTO_RENEW_NAMES[slot(rows, 0, SLOT.autoRenew)])
  put(numbers, 'low trust', slot(rows, 0, SLOT.lowTrust) * decayUntil(at))
  for (const { id, name } of ALL_SIGNALS) {
    if (countOf(rows, 0, id) === 0) continue
    numbers[`${name} count`] = countOf(rows, 0, id)
    put(numbers, `${name} last at`, lastAtOf(rows, 0, id))
    for (const [h, days] of HALF_LIVES_DAYS.entries()) numbers[`${name} ${days} d`] = decayedAmount(rows, 0, id, h, at)
  }
  const { tier, chapter, timeZone, consent } = readTail(rows, 0)
  put(numbers, 'tier', tier)
  put(numbers, 'chapter', chapter)
  put(numbers, 'time zone', timeZone)
  for (const [purpose, { granted }] of Object.entries(consent)) numbers[`consent ${purpose}`] = String(granted)
  return numbers
}

/** What a forward-decayed sum of 90 days is multiplied with to be the sum as of `at`. Landmark: 2020-01-01. */
function decayUntil(at: number): number {
  return 2 ** (-(at - Date.UTC(2020, 0, 1)) / (90 * 86_400_000))
}

function put(numbers: Record<string, number | string>, name: string, value: number | string | undefined): void {
  if (value !== undefined && value !== 0 && value !== '') numbers[name] = value
}
