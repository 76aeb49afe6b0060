import {
  countOf,
  DAY_MS,
  decayedAmount,
  foldFact,
  HALF_LIVES_DAYS,
  lastAtOf,
  memberKey,
  newRows,
  type Rows,
  SLOT,
  slot,
  vocabularyOf,
} from '@perennial/member'
import { effectOfAction } from '@perennial/streams'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ACTIVITY, csv, historyIn } from './history.fixture.ts'
import type { History } from './history.ts'
import { type Cut, termsAreKnown, visitRows } from './visit-rows.ts'

const START = Date.UTC(2022, 0, 1)
const CUTS = [Date.UTC(2022, 2, 1), Date.UTC(2022, 4, 1)]
const VOCABULARY = vocabularyOf([
  { stream: 'forum', action: 'post' },
  { stream: 'forum', action: 'like' },
])
const KINDS = [
  'forum,post',
  'forum,like',
  'event-attendance,attended',
  'event-attendance,missed',
  'email-activity,opened',
]

/** Everybody at each cut-off. */
function cutsOf(history: History, cutoffs: readonly number[] = CUTS): Cut[] {
  const members = Uint32Array.from(history.members, (_, m) => m)
  return cutoffs.map((cutoff) => ({ cutoff, members }))
}

/** By cut and member: all numbers of the row, what it remembers of ids too. */
function rowsOf(history: History, cuts = cutsOf(history), terms = false): Record<string, number[]> {
  const seen: Record<string, number[]> = {}
  visitRows(history, { vocabulary: VOCABULARY, ignored: [], terms }, cuts, (rows, cut, place) => {
    seen[`${cut} ${history.members[cuts[cut]?.members[place] ?? 0]}`] = [...rows.f64]
  })
  return seen
}

/** What a row says at an instant, however its facts were called. */
function meaningOf(rows: Rows, at: number): number[] {
  const header = Object.values(SLOT).map((index) => slot(rows, 0, index))
  const signals = VOCABULARY.signals.flatMap((_, signal) => [
    countOf(rows, 0, signal),
    lastAtOf(rows, 0, signal),
    ...HALF_LIVES_DAYS.map((_, halfLife) => decayedAmount(rows, 0, signal, halfLife, at)),
  ])
  return [...header, ...signals]
}

const anyRow = fc.record({
  member: fc.constantFrom('M1', 'M2', 'M3'),
  minutes: fc.integer({ min: 0, max: 240 * 24 * 60 }),
  kind: fc.constantFrom(...KINDS),
  id: fc.constantFrom('', '', 'e1', 'e2'),
})
type Row = Readonly<{ member: string; minutes: number; kind: string; id: string }>

const timeOf = ({ minutes }: Row) => START + minutes * 60_000
const lineOf = (row: Row) => `${row.member},${new Date(timeOf(row)).toISOString()},${row.kind},${row.id}`
const everybody = KINDS.flatMap((kind) => ['M1', 'M2', 'M3'].map((id) => `${id},2021-01-01,${kind},`))

function read(rows: readonly Row[]): Promise<History> {
  return historyIn({ 'activity.csv': csv(`${ACTIVITY},id`, ...everybody, ...rows.map(lineOf)) })
}

describe('a row at a cut-off', () => {
  test('does not change, to the last bit, with what happens at the cut-off or later', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyRow, { maxLength: 40 }),
        fc.array(anyRow, { maxLength: 20 }),
        async (rows, later) => {
          const [cutoff = 0] = CUTS
          const after = later.map((row) => ({ ...row, minutes: row.minutes + (cutoff - START) / 60_000 }))
          const [less, more] = await Promise.all([read(rows), read([...rows, ...after])])
          expect(rowsOf(more, cutsOf(more, [cutoff]))).toEqual(rowsOf(less, cutsOf(less, [cutoff])))
        },
      ),
    )
  })

  test('leaves out what happens at that very instant', async () => {
    const at = { member: 'M1', minutes: ((CUTS[0] ?? 0) - START) / 60_000, kind: 'forum,post', id: '' }
    const [none, one, before] = await Promise.all([read([]), read([at]), read([{ ...at, minutes: at.minutes - 1 }])])
    expect(rowsOf(one)['0 M1']).toEqual(rowsOf(none)['0 M1'])
    expect(rowsOf(before)['0 M1']).not.toEqual(rowsOf(none)['0 M1'])
  })

  test('is what the live fold makes of the same facts, in whatever order they come', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyRow, { maxLength: 60 }), async (rows) => {
        const alone = rows.map((row) => ({ ...row, id: '' }))
        const history = await read(alone)
        visitRows(
          history,
          { vocabulary: VOCABULARY, ignored: [], terms: false },
          cutsOf(history),
          (rows, cut, place) => {
            const cutoff = CUTS[cut] ?? 0
            const id = history.members[place]
            const live = newRows(1, VOCABULARY)
            const facts = alone.filter((row) => row.member === id && timeOf(row) < cutoff).toReversed()
            for (const [n, row] of facts.entries()) foldLive(live, row.kind, timeOf(row), n)
            for (const [n, kind] of KINDS.entries()) foldLive(live, kind, Date.UTC(2021, 0, 1), 1_000 + n)
            const expected = meaningOf(live, cutoff)
            for (const [i, value] of meaningOf(rows, cutoff).entries()) expect(value).toBeCloseTo(expected[i] ?? 0, 12)
          },
        )
      }),
      { numRuns: 40 },
    )
  })

  test('counts a repeated id once, wherever it stands in the file', async () => {
    const row = { member: 'M1', minutes: 60, kind: 'forum,post', id: 'e1' }
    const other = { ...row, minutes: 90, kind: 'forum,like', id: 'e2' }
    const [once, often] = await Promise.all([
      read([row, other]),
      read([row, other, row, { ...row, minutes: 200 }, row]),
    ])
    expect(rowsOf(often)).toEqual(rowsOf(once))
  })

  test('is the same with and without an earlier cut-off', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyRow, { maxLength: 40 }), async (rows) => {
        const history = await read(rows)
        const [first, second] = cutsOf(history)
        if (first === undefined || second === undefined) throw new Error('There are two cuts.')
        const few = { ...first, members: first.members.slice(1) }
        const both = rowsOf(history, [second, few])
        const alone = rowsOf(history, [second])
        const early = rowsOf(history, [few])
        for (const id of history.members) {
          expect(both[`0 ${id}`]).toEqual(alone[`0 ${id}`])
          expect(both[`1 ${id}`]).toEqual(early[`0 ${id}`])
        }
        expect(Object.keys(both)).toHaveLength(5)
      }),
      { numRuns: 40 },
    )
  })

  test('leaves out what is ignored', async () => {
    const history = await read([{ member: 'M1', minutes: 60, kind: 'forum,post', id: '' }])
    const counts: number[] = []
    const options = { vocabulary: VOCABULARY, ignored: ['post'], terms: false }
    visitRows(history, options, cutsOf(history).slice(0, 1), (rows) =>
      counts.push(countOf(rows, 0, VOCABULARY.signals.length - 2)),
    )
    expect(counts).toEqual([0, 0, 0])
  })
})

function foldLive(rows: Rows, kind: string, at: number, n: number): void {
  const [stream = '', action = ''] = kind.split(',')
  const effect = effectOfAction(VOCABULARY, stream, action)
  if ('kind' in effect) return
  const source = { stream: 8, partition: 0, offset: n, index: 0 }
  foldFact(rows, 0, {
    kind: 'activity',
    subject: memberKey('M1'),
    source,
    idHi: 1,
    idLo: n + 1,
    at,
    trust: 1,
    ...effect,
  })
}

describe('what members.csv says', () => {
  const HEADER = 'member_id,joined_at,left_at,term_start,term_end,dues'

  async function slotsAt(cutoff: string, terms: boolean, ...lines: readonly string[]) {
    const files = { 'activity.csv': csv(ACTIVITY), 'members.csv': csv(HEADER, ...lines) }
    const history = await historyIn(files)
    const read = ['joinedAt', 'termStart', 'termEnd', 'dues', 'renewals', 'status'] as const
    let found: Record<string, number | string> = {}
    const cut = { cutoff: Date.parse(cutoff), members: Uint32Array.of(0) }
    visitRows(history, { vocabulary: VOCABULARY, ignored: [], terms }, [cut], (rows) => {
      const values = read.map((name) => [name, slot(rows, 0, SLOT[name])] as const)
      found = Object.fromEntries(values.filter(([, value]) => value !== 0))
    })
    return found
  }
  const TERMS = ['M1,2019-03-01,,2019-03-01,2020-03-01,50', 'M1,2019-03-01,2022-03-01,2020-03-01,2022-03-01,60']

  test('is in the row as far as it was known', async () => {
    const joinedAt = Date.UTC(2019, 2, 1)
    const first = { termStart: joinedAt, termEnd: Date.UTC(2020, 2, 1), dues: 50 }
    const second = { termStart: Date.UTC(2020, 2, 1), termEnd: Date.UTC(2022, 2, 1), dues: 60, renewals: 1 }
    expect(await slotsAt('2019-03-01', true, ...TERMS)).toEqual({})
    expect(await slotsAt('2019-03-02', true, ...TERMS)).toEqual({ joinedAt, status: 1, ...first })
    expect(await slotsAt('2020-03-01', true, ...TERMS)).toEqual({ joinedAt, status: 1, ...first })
    expect(await slotsAt('2020-03-02', true, ...TERMS)).toEqual({ joinedAt, status: 1, ...second })
    expect(await slotsAt('2023-01-01', false, ...TERMS)).toEqual({ joinedAt, status: 1 })
  })

  test('does not tell that somebody left, not even long ago', async () => {
    const stays = await slotsAt('2023-01-01', true, 'M1,2019-03-01,,,,')
    expect(await slotsAt('2023-01-01', true, 'M1,2019-03-01,2020-01-01,,,')).toEqual(stays)
  })

  test('keeps the joining of the first spell', async () => {
    const lines = ['M1,2015-01-01,2016-01-01,,,', 'M1,2019-01-01,,,,']
    expect(await slotsAt('2020-01-01', true, ...lines)).toMatchObject({ joinedAt: Date.UTC(2015, 0, 1) })
  })

  test('of a term without a beginning is left out: nobody could say when it was known', async () => {
    const lines = ['M1,2019-01-01,2020-01-01,,2020-01-01,40', 'M1,2021-01-01,,2021-01-01,2022-01-01,50']
    expect(await slotsAt('2020-06-01', true, ...lines)).toEqual({ joinedAt: Date.UTC(2019, 0, 1), status: 1 })
    expect(await slotsAt('2021-06-01', true, ...lines)).toMatchObject({ termStart: Date.UTC(2021, 0, 1), dues: 50 })
  })

  test('about terms is not used when it tells who stayed', async () => {
    const cutoff = Date.UTC(2021, 0, 1)
    const known = async (...lines: readonly string[]) => {
      const history = await historyIn({ 'activity.csv': csv(ACTIVITY), 'members.csv': csv(HEADER, ...lines) })
      return termsAreKnown(history, cutsOf(history, [cutoff, cutoff + DAY_MS]))
    }
    expect(await known(...TERMS)).toBe(true)
    // The latest terms only: who has left shows the term of the cut-off, who stayed a later one.
    const latest = ['L,2019-01-01,2021-06-01,2020-06-01,2021-06-01,50', 'S,2019-01-01,,2023-06-01,2024-06-01,50']
    expect(await known(...latest)).toBe(false)
    expect(await known('L,2019-01-01,,,,50')).toBe(true)
  })
})
