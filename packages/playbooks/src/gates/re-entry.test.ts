import { DAY_MS } from '@perennial/member'
import { expect, test } from 'vitest'
import { gateInput, NOON, othersAt, playbookWith } from '../testing/sample-input.ts'
import { reEntry } from './re-entry.ts'

const playbook = playbookWith({ reentry: { afterMs: 90 * DAY_MS } })
const own = (daysAgo: number, step = 'mail') =>
  othersAt(NOON - daysAgo * DAY_MS).map((other) => ({ ...other, playbook: playbook.name, step }))

test.each([
  ['this step 89 days ago', own(89), 'hold'],
  ['this step 90 days ago', own(90), 'pass'],
  ['this step, planned for tomorrow', own(-1), 'hold'],
  ['another step of the play', own(1, 'call'), 'pass'],
  ['another play', othersAt(NOON - DAY_MS), 'pass'],
] as const)('again after 90 days at the earliest: %s', (_, otherContacts, expected) => {
  expect(reEntry(gateInput({ playbook, otherContacts })).answer).toBe(expected)
})

test('a play that runs once a term is kept by its contact key alone', () => {
  expect(reEntry(gateInput({ otherContacts: own(1) })).answer).toBe('pass')
})
