import { DAY_MS } from '@perennial/member'
import { describe, expect, test } from 'vitest'
import { backtest } from './backtest.ts'
import { at, type Club, clubOf, csv, historyIn, historyOf, INACTIVE, LEFT, NOW } from './history.fixture.ts'
import { predictionLines, summaryOf } from './summary.ts'

const SLOW = 60_000
const club = clubOf({ members: 900 })
const plan = { task: LEFT, testAt: NOW, trainAt: [] }

/** Probabilities by member, as text: every bit counts. */
async function foretold(given: Club, task = LEFT): Promise<Map<string, string>> {
  const lines = [...predictionLines(backtest(await historyOf(given), { ...plan, task }))].slice(1)
  return new Map(lines.map((line) => [line.split(',')[0] ?? '', line.split(',')[3] ?? '']))
}

describe('what happens at or after the cut-off', () => {
  const isPast = ([, when = '']: readonly string[]) => when < at(0)
  const last = ['M0000', at(365.9), 'meeting', 'came']

  test('changes no probability, not in one bit', { timeout: SLOW }, async () => {
    const invented = club.activity.flatMap(([id = ''], i) => [
      [id, at(1 + (i % 300)), `new-stream-${i % 60}`, 'did'],
      [`A${id}`, at(2), 'meeting', 'came'],
    ])
    const turned: Club = {
      activity: [...club.activity.filter(isPast), ...invented, last],
      // Everybody who left later stayed, and every third who stayed left at the cut-off's last moment of the year.
      members: [
        ...club.members.map(([id = '', joined = '', left = ''], i) => [
          id,
          joined,
          left <= at(0) && left !== '' ? left : i % 3 === 0 ? at(364) : '',
        ]),
        ['A-first', at(20), ''],
      ],
    }
    const before = await foretold({ ...club, activity: [...club.activity, last] })
    const after = await foretold(turned)
    expect(before.size).toBeGreaterThan(300)
    expect([...after]).toEqual([...before])
  })

  test('changes no probability even where a training cut-off ends at the very instant', { timeout: SLOW }, async () => {
    const leaving = (left: string): Club => ({
      activity: [...club.activity, last],
      members: [...club.members, ...['X1', 'X2', 'X3'].map((id) => [id, at(-1000), left])],
    })
    const [atIt, later] = [await foretold(leaving(at(0))), await foretold(leaving(at(1)))]
    for (const id of ['X1', 'X2', 'X3']) later.delete(id)
    expect([...atIt]).toEqual([...later])
  })
})

test('finds what there is to find, and nothing where there is nothing', { timeout: SLOW }, async () => {
  const found = summaryOf(backtest(await historyOf(club), plan))
  expect(found.models[found.chosen]?.auc).toBeGreaterThan(0.62)
  expect(found.baselines['baseRate']?.auc).toBe(0.5)
  const blind = summaryOf(backtest(await historyOf(clubOf({ members: 4_000, blind: true })), plan))
  expect(Math.abs((blind.models[blind.chosen]?.auc ?? 0) - 0.5)).toBeLessThan(0.03)
})

test('an ignored action is as if it had never happened', { timeout: SLOW }, async () => {
  const notices = club.members
    .filter(([, , left = '']) => left !== '')
    .map(([id = '', , left = '']) => [id, new Date(Date.parse(left) - 400 * DAY_MS).toISOString(), 'office', 'notice'])
  const told = { ...club, activity: [...club.activity, ...notices] }
  const without = await foretold(club)
  expect([...(await foretold(told, { ...LEFT, ignored: ['notice'] }))]).toEqual([...without])
  expect([...(await foretold(told))]).not.toEqual([...without])
})

describe('is refused with the reason', async () => {
  const history = await historyOf(club)

  test('where the labels of a training cut-off are not known by then', async () => {
    const trainAt = [NOW - 364 * DAY_MS]
    expect(() => backtest(history, { ...plan, trainAt })).toThrow(
      /2023-01-02 is too late.*latest possible is 2023-01-01/,
    )
  })

  test('where what became of the members is not known yet', () => {
    expect(() => backtest(history, { ...plan, testAt: NOW + 100 * DAY_MS })).toThrow(/is not known yet/)
  })

  test('where there is no past to learn from', () => {
    expect(() => backtest(history, { ...plan, testAt: NOW - 1_000 * DAY_MS })).toThrow(/nothing to learn from/)
  })

  test('where nobody lapses, or everybody', async () => {
    const stayed = { ...club, members: club.members.map(([id = '', joined = '']) => [id, joined, '']) }
    const nobody = await historyOf(stayed)
    expect(() => backtest(nobody, plan)).toThrow(/None of the [\d,]+ members at .* lapsed: there is no difference/)
    const oneEnds = { ...stayed, members: [...stayed.members, ['Z', at(-1000), at(-300)], ['Y', at(-1000), at(-200)]] }
    const then = await historyOf(oneEnds)
    expect(() => backtest(then, plan)).toThrow(/None of the [\d,]+ members at 2024-01-01 lapsed within 365 days/)
  })
})

test('with few lapses it is the prior alone, and says why', async () => {
  const few = clubOf({ members: 60 })
  const result = backtest(await historyOf(few), plan)
  expect(result.chosen).toBe('prior')
  expect(Object.keys(summaryOf(result).models)).toEqual(['prior'])
  expect(result.choice.explanation.join(' ')).toContain('needs at least 50')
})

test('one stream without memberships is enough', { timeout: SLOW }, async () => {
  const activity = club.activity.filter(([, , stream]) => stream === 'meeting')
  const history = await historyIn({ 'activity.csv': csv('member_id,at,stream,action', activity) })
  const summary = summaryOf(backtest(history, { task: INACTIVE, testAt: NOW, trainAt: [] }))
  expect(summary.n).toBeGreaterThan(500)
  expect(summary.models[summary.chosen]?.auc).toBeGreaterThan(0.7)
})

test('predictions are a line per member, in the order of their ids', { timeout: SLOW }, async () => {
  const result = backtest(await historyOf(club), plan)
  const [header, ...lines] = predictionLines(result)
  expect(header).toBe('member_id,spell,label,p')
  expect(lines).toHaveLength(result.test.n)
  expect(lines).toEqual(lines.toSorted())
  for (const line of lines) expect(line).toMatch(/^M\d{4},1,[01],0\.\d+$/)
})
