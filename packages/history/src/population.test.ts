import { DAY_MS } from '@perennial/member'
import { describe, expect, test } from 'vitest'
import { ACTIVITY, csv, historyIn } from './history.fixture.ts'
import type { History } from './history.ts'
import { type Population, populationAt } from './population.ts'
import { parseMemberIf, type Task, unknownIgnored } from './task.ts'

const CUTOFF = Date.UTC(2023, 0, 1)
const LEFT: Task = {
  lapse: { kind: 'left' },
  memberIf: { kind: 'joined' },
  horizonMs: 100 * DAY_MS,
  minTenureMs: 0,
  ignored: [],
}
const INACTIVE: Task = { ...LEFT, lapse: { kind: 'inactive' }, memberIf: { kind: 'active' } }

/** Something in the end, so that every label is known. */
const LAST = 'Z,2024-06-01,end,end'

function activity(...lines: readonly string[]) {
  return { 'activity.csv': csv(ACTIVITY, LAST, ...lines) }
}

function withMembers(...lines: readonly string[]) {
  return { ...activity(), 'members.csv': csv('member_id,joined_at,left_at,term_start,term_end', ...lines) }
}

type Files = Parameters<typeof historyIn>[0]

async function labelled(files: Files, task: Task, cutoff = CUTOFF): Promise<Record<string, number>> {
  const history = await historyIn(files)
  const { members, labels } = populationAt(history, task, cutoff)
  return Object.fromEntries(Array.from(members, (m, i) => [history.members[m], labels[i] ?? -1]))
}

describe('joined', () => {
  test('is who has joined and not left, terms still running', async () => {
    const files = withMembers(
      'at-once,2023-01-01,,,',
      'later,2023-01-02,,,',
      'left-at-cutoff,2020-01-01,2023-01-01,,',
      'left-after,2020-01-01,2023-01-02,,',
      'run-out,2020-01-01,,2022-01-01,2023-01-01',
      'running,2020-01-01,,2022-01-01,2023-01-02',
      'life,2020-01-01,,,',
    )
    expect(await labelled(files, LEFT)).toEqual({ 'at-once': 0, 'left-after': 1, running: 0, life: 0 })
  })

  test('for at least the tenure', async () => {
    const files = withMembers('old,2022-10-03,,,', 'new,2022-10-04,,,')
    expect(await labelled(files, { ...LEFT, minTenureMs: 90 * DAY_MS })).toEqual({ old: 0 })
  })

  test('left is from after the cut-off up to the horizon', async () => {
    const files = withMembers('last,2020-01-01,2023-04-11,,', 'after,2020-01-01,2023-04-11T00:00:01Z,,')
    expect(await labelled(files, LEFT)).toEqual({ last: 1, after: 0 })
  })

  test('looks at the spell of the cut-off', async () => {
    const history = await historyIn(
      withMembers(
        'M,2015-01-01,2016-01-01,,',
        'M,2020-01-01,2023-02-01,,',
        'M,2023-03-01,,,',
        'gone,2019-01-01,2022-01-01,,',
      ),
    )
    const { members, spells, labels } = populationAt(history, LEFT, CUTOFF)
    expect([[...members].map((m) => history.members[m]), [...spells], [...labels]]).toEqual([['M'], [2], [1]])
  })
})

describe('active', () => {
  const files = activity(
    'lately,2022-12-31,forum,post',
    'long-ago,2021-01-01,forum,post',
    'shopper,2022-12-01,shop,order',
    'at-once,2023-01-01,forum,post',
    'lately,2023-04-11,forum,post',
    'long-ago,2023-04-10T23:59:59Z,forum,post',
    'shopper,2023-02-01,forum,post',
  )

  test('is who did anything before the cut-off; nothing up to the horizon is a lapse', async () => {
    expect(await labelled(files, INACTIVE)).toEqual({ lately: 1, 'long-ago': 0, shopper: 0 })
  })

  test('within a time before it', async () => {
    expect(await labelled(files, { ...INACTIVE, memberIf: parseMemberIf('active:365d') })).toEqual({
      lately: 1,
      shopper: 0,
    })
    const exactly = activity('M,2022-01-01,forum,post', 'N,2021-12-31T23:59:59Z,forum,post')
    expect(await labelled(exactly, { ...INACTIVE, memberIf: parseMemberIf('active:365d') })).toEqual({ M: 1 })
  })

  test('in a stream, and lapsed from a stream', async () => {
    expect(await labelled(files, { ...INACTIVE, memberIf: parseMemberIf('active:shop') })).toEqual({ shopper: 0 })
    const task: Task = {
      ...INACTIVE,
      lapse: { kind: 'inactive', stream: 'shop' },
      memberIf: parseMemberIf('active:shop'),
    }
    expect(await labelled(files, task)).toEqual({ shopper: 1 })
  })

  test('is not who only did what is ignored, by its name or with its stream', async () => {
    const named = activity(
      'M,2022-12-01,team,leave',
      'M,2023-02-01,team,leave',
      'N,2022-12-01,team,join',
      'N,2023-02-01,team,leave',
    )
    expect(await labelled(named, { ...INACTIVE, ignored: ['leave'] })).toEqual({ N: 1 })
    expect(await labelled(named, { ...INACTIVE, ignored: ['team.leave'] })).toEqual({ N: 1 })
    expect(await labelled(named, { ...INACTIVE, ignored: ['forum.leave'] })).toEqual({ M: 0, N: 0 })
    expect(unknownIgnored(await historyIn(named), ['leave', 'team.join', 'forum.leave'])).toEqual(['forum.leave'])
  })

  test('for a tenure from what was first seen, or from joining where that is known', async () => {
    const known = {
      ...activity('seen,2022-12-01,forum,post', 'joined,2022-12-01,forum,post', 'old,2020-01-01,forum,post'),
      'members.csv': csv('member_id,joined_at', 'joined,2019-01-01'),
    }
    expect(await labelled(known, { ...INACTIVE, minTenureMs: 90 * DAY_MS })).toEqual({ joined: 1, old: 1 })
  })

  test('who is no member cannot leave', async () => {
    const known = {
      ...activity('in,2022-12-01,forum,post', 'out,2022-12-01,forum,post', 'never,2022-12-01,forum,post'),
      'members.csv': csv('member_id,joined_at,left_at', 'in,2019-01-01,', 'out,2019-01-01,2022-06-01'),
    }
    expect(await labelled(known, { ...INACTIVE, lapse: { kind: 'left' } })).toEqual({ in: 0 })
  })
})

describe('is refused', () => {
  const files = activity('M,2022-12-31,forum,post')

  test.each<[string, Partial<Task>, RegExp]>([
    ['history/no-members', LEFT, /--lapse left needs members.csv/],
    ['history/no-members', { memberIf: { kind: 'joined' } }, /--member-if joined needs members.csv/],
    ['history/unknown-stream', { memberIf: { kind: 'active', stream: 'shop' } }, /'shop'.*it has end, forum/],
    ['history/unknown-stream', { lapse: { kind: 'inactive', stream: 'shop' } }, /--lapse-stream/],
    ['history/nobody', { minTenureMs: 5_000 * DAY_MS }, /Nobody is a member at 2023-01-01/],
    [
      'history/label-unknown',
      { horizonMs: 1_000 * DAY_MS },
      /within 1000 days of 2023-01-01.*after 2024-06-01.*not after 2021-09-06/,
    ],
  ])('%s', async (code, task, message) => {
    const history = await historyIn(files)
    const populate = (): Population => populationAt(history, { ...INACTIVE, ...task }, CUTOFF)
    expect(populate).toThrow(expect.objectContaining({ code, message: expect.stringMatching(message) }))
  })

  test('a label is known up to the end of the last day, or as far as one says', async () => {
    const history = await historyIn(files)
    const day = Date.UTC(2024, 5, 2)
    const at = (cutoff: number, knownUntil?: number) => () =>
      populationAt(history, { ...INACTIVE, ...(knownUntil !== undefined && { knownUntil }) }, cutoff)
    expect(at(day - INACTIVE.horizonMs)).not.toThrow()
    expect(at(day + 1 - INACTIVE.horizonMs)).toThrow('is not known yet')
    expect(at(day + 1 - INACTIVE.horizonMs, day + 1)).not.toThrow()
    expect(at(CUTOFF, CUTOFF + DAY_MS)).toThrow('is not known yet')
  })

  test('a label is known for as long after the last day as nothing usually happens', async () => {
    const givers = csv(ACTIVITY, ...[2019, 2020, 2021, 2022, 2023].map((year) => `G,${year}-06-30,gift,gave`))
    const yearly = { ...INACTIVE, horizonMs: 365 * DAY_MS }
    const at = (history: History, cutoff: number) => () => populationAt(history, yearly, cutoff)
    const history = await historyIn({ 'activity.csv': givers })
    expect(at(history, Date.UTC(2023, 0, 1))).not.toThrow()
    expect(at(history, Date.UTC(2023, 6, 1))).toThrow('is not known yet')
    const thatSummer = await historyIn({ 'activity.csv': givers }, { now: Date.UTC(2023, 8, 1) })
    expect(at(thatSummer, Date.UTC(2023, 0, 1))).toThrow(/say --known-until/)
  })

  test('a leaving that is planned does not make labels known', async () => {
    const planned = {
      'activity.csv': csv(ACTIVITY),
      'members.csv': csv('member_id,joined_at,left_at', 'M,2020-01-01,', 'N,2022-01-01,2023-12-31'),
    }
    const at = (history: History) => () => populationAt(history, LEFT, CUTOFF)
    expect(at(await historyIn(planned))).not.toThrow()
    expect(at(await historyIn(planned, { now: CUTOFF }))).toThrow('the history tells of nothing after 2022-01-01')
  })

  test.each(['', 'active:', 'member', 'joined:365d'])("--member-if '%s'", (text) => {
    expect(() => parseMemberIf(text)).toThrow(expect.objectContaining({ code: 'history/option' }))
  })
})
