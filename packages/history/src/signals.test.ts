import { BUILT_IN, MOST_OPEN_SIGNALS, vocabularyOf } from '@perennial/member'
import { describe, expect, test } from 'vitest'
import { ACTIVITY, csv, historyIn } from './history.fixture.ts'
import { effectsOf, openSignalsOf } from './signals.ts'

const BEFORE = Date.UTC(2024, 0, 1)

function lines(action: string, count: number, day = '2023-05-01'): string[] {
  return new Array<string>(count).fill(`M1,${day},${action}`)
}

async function choose(rows: readonly string[], ignored: readonly string[] = []) {
  const { open, leftOut } = openSignalsOf(await historyIn({ 'activity.csv': csv(ACTIVITY, ...rows) }), {
    before: BEFORE,
    ignored,
  })
  const name = ({ stream, action }: { stream: string; action: string }) => `${stream}.${action}`
  return { open: open.map(name), leftOut: leftOut.map((each) => `${name(each)} ${each.count}`) }
}

describe('signals of a history', () => {
  test('are the actions that the built-in table does not know, the most frequent first', async () => {
    const rows = [
      ...lines('forum,post', 2),
      ...lines('forum,like', 3),
      ...lines('art,viewed', 2),
      ...lines('website-activity,page_viewed', 9),
      ...lines('website-activity,hovered', 1),
      ...lines('email-activity,bounced', 9),
    ]
    expect(await choose(rows)).toEqual({
      open: ['forum.like', 'art.viewed', 'forum.post', 'website-activity.hovered'],
      leftOut: [],
    })
  })

  test('do not come from what is ignored or happens later', async () => {
    const rows = [
      ...lines('a,x', 1),
      ...lines('a,y', 2),
      ...lines('a,x', 5, '2024-01-01'),
      ...lines('b,z', 5, '2024-02-01'),
    ]
    expect(await choose(rows)).toEqual({ open: ['a.y', 'a.x'], leftOut: [] })
    expect(await choose(rows, ['y'])).toEqual({ open: ['a.x'], leftOut: [] })
  })

  test('are limited in number, and say what they leave out', async () => {
    const rows = Array.from({ length: MOST_OPEN_SIGNALS + 2 }, (_, i) =>
      lines(`s,a${String(i).padStart(2, '0')}`, 100 - i),
    ).flat()
    const { open, leftOut } = await choose(rows)
    expect(open).toHaveLength(MOST_OPEN_SIGNALS)
    expect(leftOut).toEqual(['s.a48 52', 's.a49 51'])
  })

  test('leave out names that no signal can have', async () => {
    const rows = [...lines('a.b,c', 2), ...lines('a,b.c', 3), ...lines(`s,${'x'.repeat(61)}`, 4)]
    expect(await choose(rows)).toEqual({ open: ['a.b.c'], leftOut: [`s.${'x'.repeat(61)} 4`, 'a.b.c 2'] })
  })
})

test('an action counts as what the live stream of it would', async () => {
  const rows = [
    'email-activity,bounced',
    'event-attendance,missed',
    'forum,like',
    'forum,post',
    'website-activity,content_downloaded',
  ]
  const history = await historyIn({ 'activity.csv': csv(ACTIVITY, ...rows.map((row) => `M1,2023-01-01,${row}`)) })
  const missed = { signal: 7, amount: 1 }
  const downloaded = { signal: 1, amount: 2 }
  const post = { signal: BUILT_IN.signals.length, amount: 1 }
  const vocabulary = vocabularyOf([{ stream: 'forum', action: 'post' }])
  expect(effectsOf(history, vocabulary, [])).toEqual([undefined, missed, undefined, post, downloaded])
  expect(effectsOf(history, vocabulary, ['missed', 'forum.post'])).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
    downloaded,
  ])
})
