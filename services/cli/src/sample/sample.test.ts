import { createHash } from 'node:crypto'
import { BUILT_IN, DAY_MS, idHash } from '@perennial/member'
import type { SourceInput } from '@perennial/runtime'
import {
  createCodec,
  encodeRecord,
  type MapContext,
  SCHEMAS,
  SOURCE_NAMES,
  STREAMS,
  type Verdict,
  violationsOf,
} from '@perennial/streams'
import { beforeAll, describe, expect, test } from 'vitest'
import { SAMPLE_DEFAULTS, sampleRecords } from './sample.ts'

const end = Date.UTC(2026, 10, 1)
const start = end - SAMPLE_DEFAULTS.days * DAY_MS
let all: SourceInput[]

beforeAll(() => {
  all = [...sampleRecords({ ...SAMPLE_DEFAULTS, end })]
})

const codec = createCodec((id) => SCHEMAS[SOURCE_NAMES[id] ?? 'purchase'])

const context: MapContext = {
  receivedAt: end,
  source: { stream: 1, partition: 0, offset: 0 },
  hashEmail: (address) => address,
  vocabulary: BUILT_IN,
  hashId: idHash,
  maxFutureMs: 0,
}

describe('the sample association', () => {
  test('is the same for the same seed and end, byte for byte', () => {
    const hash = createHash('sha256')
    for (const each of all) hash.update(JSON.stringify(each))
    expect(hash.digest('hex')).toBe('d31a2184dab8a2dd3683438318e9ef0ca8eef8bb63ccfc5e87019dceba6d759c')
  })

  test('is another one for another seed', () => {
    const few = { members: 20, days: 60, end }
    const [one, other] = [1, 2].map((seed) =>
      JSON.stringify([...sampleRecords({ ...few, seed })].map(({ record }) => record.occurredAt)),
    )
    expect(one).not.toBe(other)
  })

  test('has 2,000 members with three to eight facts a month, in every stream', () => {
    const members = new Set(memberships().map(({ member }) => member.memberId))
    expect(members.size).toBe(2_000)
    const memberMonths = 2_000 * 24
    expect(all.length / memberMonths).toBeGreaterThan(3)
    expect(all.length / memberMonths).toBeLessThan(8)
    // The sample names no signals of its own.
    const streams = Object.keys(STREAMS).filter((name) => name !== 'custom-activity')
    expect(new Set(all.map(({ stream }) => stream))).toEqual(new Set(streams))
  })

  test('lies within its two years, in the order of time', () => {
    const times = all.map(({ record }) => record.occurredAt)
    expect(times.findIndex((at, i) => at < (times[i - 1] ?? start))).toBe(-1)
    expect(times.at(-1)).toBeLessThan(end)
  })

  // Decodes and judges a quarter of a million records: on a busy machine longer than a test usually may.
  test('is refused in the few places where it is wrong on purpose, and nowhere else', { timeout: 120_000 }, () => {
    expect(all.flatMap(({ stream, record }) => violationsOf(stream, record))).toEqual([])
    const dead = all.map(verdictOf).flatMap((verdict) => (verdict.kind === 'dead' ? [verdict.violation.field] : []))
    expect(dead).toHaveLength(12)
    expect(new Set(dead)).toEqual(new Set(['member', 'eventId', 'type', 'value']))
  })

  test('has visitors who only later turn out to be members', () => {
    const firstLogin = new Map<string, number>()
    for (const { stream, record } of all) {
      const { anonymousId, memberId } = record.member
      if (stream !== 'website-activity' || typeof anonymousId !== 'string' || typeof memberId !== 'string') continue
      if (!firstLogin.has(anonymousId)) firstLogin.set(anonymousId, record.occurredAt)
    }
    const before = all.filter(
      ({ record }) => record.occurredAt < (firstLogin.get(record.member.anonymousId ?? '') ?? 0),
    )
    expect(firstLogin.size).toBeGreaterThan(1_000)
    expect(before.length).toBeGreaterThan(2_000)
  })
})

describe('its hazard', () => {
  test('makes about one member in six leave at the end of a term, and first-year members sooner', () => {
    const terms = endedTerms()
    expect(lapseShare(terms)).toBeGreaterThan(0.13)
    expect(lapseShare(terms)).toBeLessThan(0.23)
    const [first, later] = [terms.filter((term) => term.first), terms.filter((term) => !term.first)]
    expect(lapseShare(first)).toBeGreaterThan(1.5 * lapseShare(later))
  })

  test('can be seen in the data: those who did little in the half year before leave far more often', () => {
    const terms = endedTerms().toSorted((a, b) => a.facts - b.facts)
    const third = Math.floor(terms.length / 3)
    const shares = [terms.slice(0, third), terms.slice(third, 2 * third), terms.slice(2 * third)].map(lapseShare)
    expect(shares[0]).toBeGreaterThan(2 * (shares[1] ?? 1))
    expect(shares[1]).toBeGreaterThan(1.5 * (shares[2] ?? 1))
  })
})

type Term = { memberId: string; end: number; first: boolean; renewed: boolean; facts: number }

/** Every term that ended early enough for its outcome to be in the data, with what its member did before. */
function endedTerms(): Term[] {
  const terms: Term[] = []
  const open = new Map<string, Term>()
  for (const { member, termStart, termEnd, type } of memberships()) {
    const memberId = member.memberId ?? ''
    const known = open.get(memberId)
    if (type === 'lapsed') open.delete(memberId)
    if (typeof termEnd !== 'number') continue
    if (known !== undefined && known.end === termStart) known.renewed = true
    const term = { memberId, end: termEnd, first: type === 'joined', renewed: false, facts: 0 }
    open.set(memberId, term)
    if (termEnd > start + 180 * DAY_MS && termEnd < end - 31 * DAY_MS) terms.push(term)
  }
  countFacts(terms)
  return terms
}

function countFacts(terms: readonly Term[]): void {
  const byMember = Map.groupBy(terms, ({ memberId }) => memberId)
  for (const { stream, record } of all) {
    // What a machine or the association did is not the member's doing.
    if (stream === 'email-activity' || stream === 'membership' || stream === 'outreach-outcome') continue
    for (const term of byMember.get(record.member.memberId ?? '') ?? []) {
      const days = (term.end - record.occurredAt) / DAY_MS
      if (days > 40 && days < 220) term.facts += 1
    }
  }
}

function lapseShare(terms: readonly Term[]): number {
  return terms.filter((term) => !term.renewed).length / terms.length
}

function memberships() {
  return all.flatMap((each) => (each.stream === 'membership' ? [each.record] : []))
}

/** What the mapper of its stream makes of a record, once it has been written and read. */
function verdictOf({ stream, record }: SourceInput): Verdict {
  const decoded = codec.decode(stream, encodeRecord(stream, record, SOURCE_NAMES.indexOf(stream)))
  if (decoded.kind !== 'ok') throw new Error(`Cannot be read: ${JSON.stringify(record)}`)
  const mapper = STREAMS[stream] as Readonly<{ toFacts: (record: unknown, context: MapContext) => Verdict }>
  return mapper.toFacts(decoded.record, context)
}
