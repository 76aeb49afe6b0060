import { settableClock } from '@perennial/testkit'
import { expect, test } from 'vitest'
import type { Backlog } from './backlog.ts'
import { backlogWords, settle } from './settle.ts'

const NONE: Backlog = { unread: 0, unscored: 0, overdue: 0, undecided: 0, unsent: 0 }

function watching(looks: readonly Backlog[], msPerLook = 0) {
  const clock = settableClock(0)
  const shown: string[] = []
  let n = 0
  const look = async () => {
    clock.advance(msPerLook)
    return looks[Math.min(n++, looks.length - 1)] ?? NONE
  }
  const ticker = { show: (text: string) => void shown.push(text), finish: () => undefined }
  return { shown, run: settle({ look, ticker, signal: new AbortController().signal, now: clock.now, everyMs: 0 }) }
}

test('waits until nothing is left, more than one look long', async () => {
  const { run, shown } = watching([{ ...NONE, unread: 5 }, NONE, { ...NONE, unsent: 1 }, NONE])
  expect(await run).toBeUndefined()
  expect(shown).toEqual([
    'Scoring  5 records to read',
    'Scoring  all done',
    'Scoring  1 contacts to make',
    'Scoring  all done',
    'Scoring  all done',
    'Scoring  all done',
  ])
})

test('gives up, and says what is left, when nothing moves', async () => {
  const stuck = { ...NONE, unread: 5 }
  expect(await watching([stuck], 10_000).run).toEqual(stuck)
})

test('tells every step that has something left', () => {
  expect(backlogWords({ unread: 1_000, unscored: 2, overdue: 3, undecided: 4, unsent: 5 })).toBe(
    '1,000 records to read, 2 blocks to score, 3 members to look at, 4 assessments to decide on, 5 contacts to make',
  )
})
