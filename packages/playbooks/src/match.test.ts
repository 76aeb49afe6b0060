import { DAY_MS } from '@perennial/member'
import { expect, test } from 'vitest'
import { eventCause, stateCause } from './match.ts'
import { parsePlaybook } from './parse-playbook.ts'
import { aPlaybook, NOON, playbookWith, withSignals } from './testing/sample-input.ts'
import type { MemberRisk } from './playbook.ts'

const risk: MemberRisk = {
  memberId: 'M1',
  version: 2,
  asOf: 0,
  band: 'high',
  previousBand: 'low',
  lapseRisk: 0.8,
  previousRisk: 0.2,
  confidence: 0.5,
  status: 'active',
  termEnd: null,
  joinedAt: null,
  replay: false,
}

test.each<[string, Partial<MemberRisk>, boolean]>([
  ['comes into high from low', {}, true],
  ['comes into high from medium', { previousBand: 'medium' }, true],
  ['comes into medium from low', { band: 'medium' }, true],
  ['is in high at first sight', { previousBand: null }, true],
  ['stays in high', { previousBand: 'high' }, false],
  ['gets better, from high to medium', { band: 'medium', previousBand: 'high' }, false],
  ['comes into low', { band: 'low', previousBand: null }, false],
  ['is no member', { status: 'lapsed' }, false],
])('a member who %s: %s', (_, changes, expected) => {
  expect(eventCause(aPlaybook, { ...risk, ...changes })).toBe(expected)
})

test('a play can ask for a least confidence', () => {
  const sure = playbookWith({ for: { ...aPlaybook.for, minConfidence: 0.6 } })
  expect(eventCause(sure, risk)).toBe(false)
  expect(eventCause(sure, { ...risk, confidence: 0.6 })).toBe(true)
})

test.each([
  ['lately', 3, 1],
  ['so long ago that the moment is over, as a dead letter says that is sent again', 60, 0],
])('what happened %s is a cause by when it happened, not by when it was heard of', (_, daysAgo, causes) => {
  const when = 'when: { eventMissed: { after: 1d } }\nfor: { status: [active] }\nsteps: [{ name: s, channel: log }]'
  const { playbook } = parsePlaybook(
    't.yaml',
    `name: t\ntitle: T\nenabled: true\npurpose: internal\n${when}\nexpiry: 30d\n`,
  )
  if (playbook === undefined) throw new Error('the play is refused')
  const member = withSignals({ event_missed: { count: 1, lastAt: NOON - daysAgo * DAY_MS } })
  expect(stateCause(playbook, member, NOON)).toHaveLength(causes)
})
