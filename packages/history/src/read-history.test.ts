import fc from 'fast-check'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { ACTIVITY, csv, factsIn, historyIn, inFolder } from './history.fixture.ts'
import { readHistory } from './read-history.ts'

const FULL = `${ACTIVITY},object,value,id`

describe('the folder', () => {
  test('takes each file plain or packed', async () => {
    const history = await historyIn({
      'activity.csv.gz': gzipSync(csv(ACTIVITY, 'M2,2024-03-01,forum,post', 'M1,2024-02-01,forum,post')),
      'members.csv': csv('member_id,joined_at', 'M3,2020-01-01'),
      'traits.csv': csv('member_id,size', 'M1,3'),
    })
    expect(history.members).toEqual(['M1', 'M2', 'M3'])
    expect(history.spells?.count).toBe(1)
    expect(history.report.files.map(({ file }) => file)).toEqual(['activity.csv.gz', 'members.csv', 'traits.csv'])
    expect(new Date(history.until ?? 0).toISOString()).toBe('2024-03-01T00:00:00.000Z')
  })

  test.each([
    ['history/no-activity', { 'notes.txt': '' }, /no activity.csv or activity.csv.gz \(but notes.txt\)/],
    ['history/no-activity', {}, /it is empty/],
    ['history/two-files', { 'activity.csv': '', 'activity.csv.gz': '' }, /activity.csv and activity.csv.gz/],
    ['history/nobody', { 'activity.csv': csv(ACTIVITY) }, /no rows/],
  ])('%s', async (code, files, message) => {
    await expect(historyIn(files)).rejects.toMatchObject({ code, message: expect.stringMatching(message) })
  })

  test('that is none', async () => {
    await expect(readHistory('/no/such/folder')).rejects.toMatchObject({ code: 'history/no-folder' })
  })

  test('may have no activity but members', async () => {
    const history = await historyIn({
      'activity.csv': csv(ACTIVITY),
      'members.csv': csv('member_id,joined_at,left_at', 'M1,2020-01-01,2021-01-01'),
    })
    expect([history.facts.count, history.until]).toEqual([0, Date.UTC(2021, 0, 1)])
  })
})

const anyRow = fc
  .record({
    member: fc.constantFrom('M1', 'M2', 'M10'),
    day: fc.integer({ min: 1, max: 4 }),
    kind: fc.constantFrom('forum,post', 'forum,like', 'website-activity,signed_in'),
    object: fc.constantFrom('', 'a', 'b'),
    value: fc.constantFrom('', '1', '2.5'),
    id: fc.constantFrom('', '', 'e1', 'e2'),
  })
  .map((row) => `${row.member},2024-03-0${row.day},${row.kind},${row.object},${row.value},${row.id}`)

describe('facts', () => {
  test('do not depend on the order of the rows', async () => {
    const shuffled = fc.array(anyRow, { maxLength: 30 }).chain((rows) => {
      const order = fc.shuffledSubarray(
        rows.map((_, i) => i),
        { minLength: rows.length },
      )
      return order.map((places) => ({ rows, other: places.map((place) => rows[place] ?? '') }))
    })
    await fc.assert(
      fc.asyncProperty(shuffled, async ({ rows, other }) => {
        const [one, two] = await Promise.all(
          [rows, other].map((lines) => historyIn({ 'activity.csv': csv(FULL, 'M1,2024-01-01,x,y,,,', ...lines) })),
        )
        expect({ ...one, report: undefined }).toEqual({ ...two, report: undefined })
      }),
    )
  })

  test('stand by member and time, however many there are and however they come', async () => {
    const rows = fc.array(fc.tuple(fc.integer({ min: 0, max: 2 }), fc.integer({ min: 0, max: 500_000 })), {
      minLength: 1,
      maxLength: 300,
      size: 'max',
    })
    await fc.assert(
      fc.asyncProperty(rows, async (pairs) => {
        const at = (minutes: number) => new Date(Date.UTC(2020, 0, 1) + minutes * 60_000).toISOString()
        const lines = pairs.map(([member, minutes]) => `M${member},${at(minutes)},forum,post`)
        const { facts, members } = await historyIn({ 'activity.csv': csv(ACTIVITY, ...lines) })
        const found = members.flatMap((id, m) =>
          Array.from(facts.at.subarray(facts.starts[m], facts.starts[m + 1]), (time) => [id, time]),
        )
        const expected = pairs
          .map(([member, minutes]) => [`M${member}`, Date.parse(at(minutes))] as const)
          .toSorted(([a, s], [b, t]) => (a === b ? s - t : a < b ? -1 : 1))
        expect(found).toEqual(expected)
      }),
      { numRuns: 30 },
    )
  })

  test('with the same id of the same member count once: the earliest', async () => {
    const history = await historyIn({
      'activity.csv': csv(
        FULL,
        'M1,2024-03-05,shop,order,,7,ord-1',
        'M1,2024-03-02,shop,order,,9,ord-1',
        'M2,2024-03-05,shop,order,,7,ord-1',
        'M1,2024-03-05,shop,order,,7,ord-2',
        'M1,2024-03-05,shop,order,,7,ord-1',
      ),
    })
    expect(factsIn(history)).toEqual([
      'M1 2024-03-02 shop.order 9',
      'M1 2024-03-05 shop.order 7',
      'M2 2024-03-05 shop.order 7',
    ])
    expect(history.report.duplicates).toBe(2)
    expect(history.actions).toEqual([{ stream: 'shop', action: 'order', count: 3 }])
  })

  test('without an id are facts of their own, however alike, and have ids of their own', async () => {
    const history = await historyIn({
      'activity.csv': csv(
        FULL,
        ...new Array<string>(3).fill('M1,2024-03-05,shop,order,,7,'),
        'M1,2024-03-05,shop,order,a,,',
      ),
    })
    expect(history.facts.count).toBe(4)
    const ids = Array.from(history.facts.idHi, (hi, i) => `${hi}/${history.facts.idLo[i]}`)
    expect(new Set(ids).size).toBe(4)
  })

  test('keep their ids whatever else the folder tells', async () => {
    const row = 'M1,2024-03-05,shop,order,a,7,'
    const [alone, among] = await Promise.all([
      historyIn({ 'activity.csv': csv(FULL, row) }),
      historyIn({ 'activity.csv': csv(FULL, row.replace('M1', 'M0'), row, 'M1,2024-03-06,a,b,,,x') }),
    ])
    expect([among.facts.idHi[1], among.facts.idLo[1]]).toEqual([alone.facts.idHi[0], alone.facts.idLo[0]])
  })

  test('beyond a segment of memory are read as well', async () => {
    const lines = Array.from({ length: 300_000 }, (_, i) => `M${i % 7},2024-03-01T00:00:0${i % 10}Z,forum,post`)
    const { facts } = await historyIn({ 'activity.csv': csv(ACTIVITY, lines.join('\n')) })
    expect(facts.count).toBe(300_000)
    expect(facts.starts).toEqual(Uint32Array.from([0, 42_858, 85_715, 128_572, 171_429, 214_286, 257_143, 300_000]))
  })
})

describe('a bad row', () => {
  const NOW = Date.UTC(2024, 5, 1)
  test.each([
    [',2024-03-01,forum,post,', 'member_id is empty'],
    [`${'x'.repeat(248)},2024-03-01,forum,post,`, 'member_id is longer'],
    ['M1,yesterday,forum,post,', 'at is not an ISO 8601 time'],
    ['M1,1970-01-20,forum,post,', 'at lies before 1980'],
    ['M1,2100-01-01,forum,post,', 'at lies before 1980 or after 2099'],
    ['M1,2024-06-03,forum,post,', 'at lies in the future'],
    ['M1,2024-03-01,,post,', 'stream is empty'],
    ['M1,2024-03-01,forum,,', 'action is empty'],
    ['M1,2024-03-01,forum,post,ten', 'value is not a number'],
    ['M1,2024-03-01,forum,post', 'the row has not 5 fields'],
  ])('%s', async (row, reason) => {
    const files = { 'activity.csv': csv(`${ACTIVITY},value`, 'M1,2024-05-01,forum,post,', row) }
    const history = await historyIn(files, { maxBadShare: 1, now: NOW })
    expect(history.report.files[0]?.firstBad).toEqual([{ line: 3, reason: expect.stringContaining(reason) }])
    expect(factsIn(history)).toEqual(['M1 2024-05-01 forum.post'])
  })
})

test('refuses more kinds of action than can be kinds', async () => {
  const lines = Array.from({ length: 33_000 }, (_, i) => `M1,2024-03-01,forum,topic-${i}`)
  await inFolder({ 'activity.csv': csv(ACTIVITY, lines.join('\n')) }, async (folder) => {
    await expect(readHistory(folder)).rejects.toMatchObject({ code: 'history/too-many-actions' })
  })
})
