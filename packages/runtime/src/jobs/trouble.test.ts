import { settableClock } from '@perennial/testkit'
import { expect, test } from 'vitest'
import { troubleLog } from './trouble.ts'

test('trouble is told when it begins, and twice a minute while it lasts', () => {
  const clock = settableClock(0)
  const lines: unknown[] = []
  const trouble = troubleLog({ warn: (line: unknown) => void lines.push(line) }, clock, 'The job queue')
  for (let at = 0; at <= 60_000; at += 250) {
    clock.set(at)
    trouble(new Error('connect ECONNREFUSED'))
  }
  expect(lines).toEqual(Array.from({ length: 3 }, () => 'The job queue has trouble with Redis: connect ECONNREFUSED'))
})
