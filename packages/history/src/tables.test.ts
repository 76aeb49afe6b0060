import { featuresFor } from '@perennial/features'
import { DAY_MS, vocabularyOf } from '@perennial/member'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ACTIVITY, csv, historyIn } from './history.fixture.ts'
import { populationAt } from './population.ts'
import { openSignalsOf } from './signals.ts'
import { tablesAt } from './tables.ts'
import type { Task } from './task.ts'
import { traitColumns } from './traits.ts'

const TASK: Task = {
  lapse: { kind: 'inactive' },
  memberIf: { kind: 'active' },
  horizonMs: 30 * DAY_MS,
  minTenureMs: 0,
  ignored: [],
}

test('a table holds features, traits, labels and years of its population', async () => {
  const history = await historyIn({
    'activity.csv': csv(
      ACTIVITY,
      'M1,2022-01-01,forum,post',
      'M2,2021-12-22,forum,post',
      'M2,2022-02-15,forum,post',
      'M3,2022-03-09,forum,post',
    ),
    'members.csv': csv(
      'member_id,joined_at,term_start,term_end',
      'M1,2019-01-01,2019-01-01,2020-01-01',
      'M1,2019-01-01,2020-01-01,2021-01-01',
      'M1,2019-01-01,2021-01-01,2023-01-01',
    ),
    'traits.csv': csv('member_id,size', 'M1,7', 'M2,8', 'M3,9'),
  })
  const vocabulary = vocabularyOf([{ stream: 'forum', action: 'post' }])
  const { list } = featuresFor(vocabulary)
  const features = list.filter(({ name }) => ['days_since_activity', 'tenure', 'sum_30:forum.post'].includes(name))
  const populations = ['2022-01-21', '2022-02-01'].map((day) => populationAt(history, TASK, Date.parse(day)))
  const traits = traitColumns(history.traits, Uint32Array.of(0, 1))
  const [first, second] = tablesAt(history, { vocabulary, ignored: [], terms: true, features, traits }, populations)
  expect(first?.names).toEqual(['tenure', 'days_since_activity', 'sum_30:forum.post', 'trait:size'])
  expect(first).toMatchObject({
    n: 2,
    labels: Uint8Array.of(1, 0),
    years: Uint8Array.of(3, 1),
    population: populations[0],
  })
  const [tenure, since, sum, size] = first?.columns ?? []
  expect(tenure?.[0]).toBeCloseTo(Math.log1p(1116 / 365.25), 12)
  expect(tenure?.[1]).toBeNaN()
  expect([since?.[0], since?.[1]]).toEqual([Math.log1p(20), Math.log1p(30)])
  expect(sum?.[1]).toBeCloseTo(Math.log1p(0.5), 12)
  expect(size).toEqual(Float64Array.of(7, 8))
  expect(second?.columns[1]?.[0]).toBeCloseTo(Math.log1p(31), 12)
})

const CUTOFF = Date.UTC(2022, 6, 1)
const LAST = ['Z,2020-01-01,forum,post', 'Z,2023-01-01,forum,post']

/** Everything that a model may know at the cut-off: who, which signals, which values. */
async function knownAt(activity: readonly string[], members: readonly string[]) {
  const history = await historyIn({
    'activity.csv': csv(ACTIVITY, ...LAST, ...activity),
    'members.csv': csv('member_id,joined_at,left_at,term_start,term_end,dues', 'Z,2020-01-01,,,,', ...members),
  })
  const { open } = openSignalsOf(history, { before: CUTOFF, ignored: [] })
  const vocabulary = vocabularyOf(open)
  const population = populationAt(history, { ...TASK, memberIf: { kind: 'joined' } }, CUTOFF)
  const features = featuresFor(vocabulary).list
  const [table] = tablesAt(history, { vocabulary, ignored: [], terms: true, features, traits: [] }, [population])
  const who = Array.from(population.members, (m) => history.members[m])
  return { who, names: table?.names, columns: table?.columns, years: table?.years }
}

test('what happens at the cut-off or later changes nothing that a model may know there', async () => {
  const id = fc.constantFrom('A', 'M', 'Q')
  const action = fc.constantFrom('forum,post', 'forum,like', 'purchase,order_completed', 'new,one', 'new,two')
  const at = (from: number) => fc.nat(180).map((days) => new Date(from + days * DAY_MS).toISOString())
  const row = (from: number) => fc.tuple(id, at(from), action).map((parts) => parts.join(','))
  const rows = (from: number) => fc.array(row(from), { maxLength: 25 })
  const before = ['A,2021-01-01,,2021-01-01,2023-01-01,50', 'M,2021-05-01,,,,']
  const after = ['A,2021-01-01,2022-08-01,2021-01-01,2023-01-01,50', 'M,2021-05-01,2022-07-02,,,', 'B,2022-07-02,,,,']
  await fc.assert(
    fc.asyncProperty(rows(Date.UTC(2022, 0, 1)), rows(CUTOFF), async (early, late) => {
      expect(await knownAt([...early, ...late], after)).toEqual(await knownAt(early, before))
    }),
  )
})
