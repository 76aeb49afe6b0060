import { DAY_MS } from '@perennial/member'
import { expect, test } from 'vitest'
import type { MemberState } from '../member-state.ts'
import { STOP_NAMES, type StopCondition } from '../stop-conditions.ts'
import { aMember, gateInput, NOON, playbookWith, withSignals } from '../testing/sample-input.ts'
import { stopWhen } from './stop-when.ts'

const DECIDED = NOON - 10 * DAY_MS
const ask = (name: StopCondition, member: MemberState | undefined, decidedAt: number | null = DECIDED) => {
  const { cause } = gateInput()
  const input = { member, playbook: playbookWith({ stopWhen: [name] }) }
  return stopWhen(gateInput({ ...input, cause: decidedAt === null ? cause : { ...cause, decidedAt } })).answer
}

const since = NOON - DAY_MS
const HAPPENED: Readonly<Record<StopCondition, Partial<MemberState>>> = {
  engaged: { lastAt: since },
  renewed: { renewals: 3, termSaidAt: since },
  paid: { paidAt: since },
  lapsed: { status: 'lapsed', statusAt: since },
  complaint: { signal: withSignals({ complaint_opened: { count: 1, lastAt: since } }).signal },
}

test.each(STOP_NAMES)('%s since it was decided on: it is stopped', (name) => {
  expect(ask(name, { ...aMember, ...HAPPENED[name] })).toBe('hold')
  expect(ask(name, aMember)).toBe('pass')
  expect(ask(name, undefined)).toBe('pass')
})

test.each(['engaged', 'renewed', 'paid', 'lapsed'] as const)('%s before is what it was decided by', (name) => {
  expect(ask(name, { ...aMember, ...HAPPENED[name] }, since)).toBe('pass')
  expect(ask(name, { ...aMember, ...HAPPENED[name] }, null)).toBe('pass')
})

test('a play that says nothing of it stops for nothing', () => {
  expect(stopWhen(gateInput({ member: { ...aMember, lastAt: NOON } })).answer).toBe('pass')
})
