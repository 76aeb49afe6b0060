import { expect, test } from 'vitest'
import type { Tally } from '../../e2e/reference/reference.ts'
import { balanceFaults, balanceOf } from './balance.ts'

const VERDICTS = new Map<string, keyof Tally>([
  ['t 0 0', 'used'],
  ['t 0 1', 'repeated'],
  ['t 0 2', 'dead'],
  ['t 0 3', 'dropped'],
])
const faults = (applied: string[], dead: string[]) =>
  balanceFaults({ verdicts: VERDICTS }, { applied: new Set(applied), dead: new Set(dead) })

test('what must be applied is, what must be set aside is, and nothing else', () => {
  expect(faults(['t 0 0'], ['t 0 2'])).toEqual([])
  expect(balanceOf({ verdicts: VERDICTS })).toEqual({ produced: 4, used: 1, repeated: 1, dropped: 1, dead: 1 })
})

test.each([
  ['a lost record', [], ['t 0 2'], 't 0 0 is neither applied nor dead, and must be used'],
  ['a repeat that counts', ['t 0 0', 't 0 1'], ['t 0 2'], 't 0 1 is applied, and must be repeated'],
  ['a good one set aside', [], ['t 0 0', 't 0 2'], 't 0 0 is dead, and must be used'],
  ['one that nobody wrote', ['t 0 0', 't 0 9'], ['t 0 2'], 't 0 9 is not in the log'],
])('%s is told', (_, applied, dead, told) => {
  expect(faults(applied, dead)).toEqual([told])
})
