import { BUILT_IN, foldFact, type Fact, idHash, newRows } from '@perennial/member'
import { STREAMS } from '@perennial/streams'
import { describe, expect, it } from 'vitest'
import { Expected } from './expected.ts'
import { facts, type Load, type Loaded, memberships } from './facts.ts'
import { createRandom, randomId } from './random.ts'
import { createZipf } from './zipf.ts'

const LOAD: Load = { seed: 7, facts: 20_000, members: 500 }
const loaded = [...memberships(LOAD), ...facts(LOAD)]

describe('the load', () => {
  it('is the same for the same seed, and another for another', () => {
    expect([...facts(LOAD)]).toEqual(loaded.slice(LOAD.members))
    expect([...facts({ ...LOAD, seed: 8 })][0]).not.toEqual(loaded[LOAD.members])
  })

  it('has the shares of the streams it promises', () => {
    const share = (stream: string) =>
      loaded.slice(LOAD.members).filter(({ input }) => input.stream === stream).length / LOAD.facts
    expect(share('website-activity')).toBeCloseTo(0.6, 1)
    expect(share('email-activity')).toBeCloseTo(0.25, 1)
    expect(share('event-attendance')).toBeCloseTo(0.1, 1)
    expect(share('purchase')).toBeCloseTo(0.05, 1)
  })

  it('repeats one record in a hundred, exactly, within the next thousand', () => {
    const firstAt = new Map<string, number>()
    let repeats = 0
    loaded.forEach(({ input, repeated }, n) => {
      const before = firstAt.get(input.record.eventId)
      expect(before !== undefined).toBe(repeated)
      if (before === undefined) return void firstAt.set(input.record.eventId, n)
      repeats++
      expect(n - before).toBeLessThanOrEqual(1_000)
      expect(input).toBe(loaded[before]!.input)
    })
    expect(repeats / LOAD.facts).toBeCloseTo(0.01, 2)
  })

  it('makes facts of every record, all of them of full trust', () => {
    for (const [n, one] of loaded.entries()) expect(factsOf(one, n).every(isTrusted)).toBe(true)
  })
})

describe('what is expected', () => {
  const expected = new Expected(LOAD.members)
  for (const one of loaded) expected.add(one)

  it('is what folding the facts gives', () => {
    const rows = newRows(LOAD.members)
    for (const [n, one] of loaded.entries())
      if (!one.repeated) for (const fact of factsOf(one, n)) foldFact(rows, one.member, fact)
    for (let i = 0; i < LOAD.members; i++) expect(expected.problem(i, rows, i)).toBeUndefined()
  })

  it('notices a fact too many and a fact too few', () => {
    const rows = newRows(1)
    expect(expected.problem(0, rows, 0)).toContain('0 facts instead of')
    for (const [n, one] of loaded.entries())
      if (one.member === 0) for (const fact of factsOf(one, n)) foldFact(rows, 0, { ...fact, idLo: n })
    expect(expected.problem(0, rows, 0)).toContain('facts instead of')
  })
})

describe('the Zipf draw', () => {
  it('gives rank r about 1 / r of the first', () => {
    const random = createRandom(1)
    const draw = createZipf(100, 1)
    const seen = new Uint32Array(100)
    for (let n = 0; n < 200_000; n++) seen[draw(random)]! += 1
    expect(seen[0]! / seen[1]!).toBeCloseTo(2, 0)
    expect(seen[0]! / seen[9]!).toBeGreaterThan(9)
    expect(seen[0]! / seen[9]!).toBeLessThan(11)
  })
})

describe('random ids', () => {
  it('look like UUIDs and do not repeat', () => {
    const random = createRandom(3)
    const ids = Array.from({ length: 1_000 }, () => randomId(random))
    expect(new Set(ids).size).toBe(1_000)
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/)
  })
})

function factsOf({ input }: Loaded, offset: number): readonly Fact[] {
  const context = {
    receivedAt: Date.UTC(2026, 10, 23),
    source: { stream: 1, partition: 0, offset },
    maxFutureMs: 0,
    hashEmail: (address: string) => address,
    hashId: idHash,
    vocabulary: BUILT_IN,
  }
  const record = { ...NOTHING, ...input.record, member: { ...NOBODY, ...input.record.member } }
  const verdict = (STREAMS[input.stream].toFacts as (record: unknown, context: unknown) => { facts?: readonly Fact[] })(
    record,
    context,
  )
  expect(verdict.facts).toHaveLength(1)
  return verdict.facts ?? []
}

const isTrusted = (fact: Fact): boolean => fact.kind !== 'activity' || fact.trust === 1

/** What decoding fills in where the record leaves a field out. */
const NOBODY = { memberId: null, email: null, anonymousId: null, externalIds: [] }
const NOTHING = {
  userAgent: null,
  ip: null,
  interventionId: null,
  chapter: null,
  emails: [],
  machine: null,
  linksFollowedTogether: null,
}
