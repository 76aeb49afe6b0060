import { expect, test } from 'vitest'
import { personOf } from '../workload/cast.ts'
import { type Accepted, contactFaults, type Contacts, type Decided } from './contacts.ts'

const NOW = Date.UTC(2026, 10, 27, 12)
const JO = personOf('jo', 'clear', NOW)

function sent(changes: Partial<Accepted> = {}): Accepted {
  return { key: 'o-1', memberId: 'jo', cause: 'jo|t|play|step', purpose: 'service', at: NOW, genuine: true, ...changes }
}

function decision(changes: Partial<Decided> = {}): Decided {
  const about = { memberId: 'jo', playbook: 'at-risk-alert', decidedAt: NOW }
  return { id: 'i-1', decision: 'send', reason: null, ...about, ...changes }
}

const WEEK_MS = 7 * 86_400_000
const RULES = { caps: [{ contacts: 1, withinMs: WEEK_MS, purpose: 'service' }], quiet: { from: 20, to: 8 } }

const BOTH = [decision(), decision({ id: 'i-2', playbook: 're-engagement-trigger' })]

function faults(changes: Partial<Contacts>): string[] {
  const ended = new Set(['i-1', 'i-2'])
  return contactFaults({
    accepted: [sent()],
    decided: BOTH,
    ended,
    waiting: new Set(),
    people: [JO],
    losses: [],
    rules: RULES,
    ...changes,
  })
}

test('one message for one cause, decided and ended: nothing to say', () => {
  expect(faults({})).toEqual([])
})

test('the same key again is the same message', () => {
  expect(faults({ accepted: [sent(), sent({ at: NOW + 5 })] })).toEqual([])
})

test.each([
  [
    'another key for the same cause',
    { accepted: [sent({ purpose: 'internal' }), sent({ purpose: 'internal', key: 'o-2' })] },
    /sent 2 times for one cause/,
  ],
  [
    'two messages within a week',
    { accepted: [sent(), sent({ key: 'o-2', cause: 'other', at: NOW + 5 })] },
    /over the cap/,
  ],
  ['a message at night', { people: [personOf('jo', 'asleep', NOW)] }, /in quiet hours, at 2 o’clock/],
  [
    'marketing without consent',
    { people: [personOf('jo', 'no consent', NOW)], accepted: [sent({ purpose: 'marketing' })] },
    /without consent/,
  ],
  ['a signature that is wrong', { accepted: [sent({ genuine: false })] }, /badly signed: o-1/],
  [
    'a hold that says nothing',
    { decided: [...BOTH, decision({ id: 'i-3', decision: 'hold' })] },
    /held without a reason: i-3/,
  ],
  ['somebody due and forgotten', { decided: BOTH.slice(0, 1) }, /never decided about: jo, re-engagement-trigger/],
  ['a decision without an end', { ended: new Set(['i-1']) }, /nothing came of it: jo, re-engagement-trigger/],
] satisfies [string, Partial<Contacts>, RegExp][])('%s is told', (_, changes, told) => {
  expect(faults(changes)).toEqual([expect.stringMatching(told)])
})

test('a job that waits, and one that was under way when state was lost, are no forgotten ones', () => {
  expect(faults({ ended: new Set(['i-1']), waiting: new Set(['i-2']) })).toEqual([])
  expect(faults({ ended: new Set(), losses: [{ from: 0, at: NOW, to: NOW }] })).toEqual([])
  expect(faults({ ended: new Set(), losses: [{ from: 0, at: NOW - 1, to: NOW - 1 }] })).toHaveLength(2)
})
