import { expect, test } from 'vitest'
import { aPlaybook, playbookWith } from './testing/sample-input.ts'
import { eventCause } from './match.ts'
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
