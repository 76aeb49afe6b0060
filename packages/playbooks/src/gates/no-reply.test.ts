import { DAY_MS } from '@perennial/member'
import { expect, test } from 'vitest'
import { aMember, gateInput, NOON, othersAt, playbookWith } from '../testing/sample-input.ts'
import { noReply } from './no-reply.ts'

const ago = (...days: number[]) => othersAt(...days.map((day) => NOON - day * DAY_MS))
const silentFor = (days: number) => ({ ...aMember, lastAt: NOON - days * DAY_MS })

test.each([
  ['one contact without an answer', silentFor(40), ago(10), 'pass'],
  ['two, the last ten days ago', silentFor(60), ago(50, 10), 'hold'],
  ['two, the last a month ago', silentFor(60), ago(50, 30), 'pass'],
  ['two, and an answer since the first', silentFor(20), ago(50, 10), 'pass'],
  ['four, however long ago', silentFor(400), ago(300, 200, 150, 100), 'hold'],
  ['four, and an answer since', silentFor(50), ago(300, 200, 150, 100), 'pass'],
  ['three later than this one: they do not count yet', silentFor(60), ago(-5, -9, -20), 'pass'],
] as const)('%s', (_, member, otherContacts, expected) => {
  expect(noReply(gateInput({ member, otherContacts })).answer).toBe(expected)
})

test.each(['internal', 'service'] as const)('what is %s is told all the same', (purpose) => {
  const playbook = playbookWith({ purpose })
  expect(noReply(gateInput({ playbook, member: silentFor(400), otherContacts: ago(5, 4, 3, 2) })).answer).toBe('pass')
})
