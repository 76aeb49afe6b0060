import { DAY_MS } from '@perennial/member'
import { expect, test } from 'vitest'
import type { SignalState } from '../member-state.ts'
import { DEFAULT_POLICY } from '../policy.ts'
import { gateInput, NOON, playbookWith, withSignals } from '../testing/sample-input.ts'
import { openComplaint } from './open-complaint.ts'

const last = (days: number, count = 1): SignalState => ({ count, lastAt: NOON - days * DAY_MS })
const ask = (signals: Readonly<Record<string, SignalState>>, changes = {}) =>
  openComplaint(gateInput({ member: withSignals(signals), ...changes })).answer

test.each<[string, Readonly<Record<string, SignalState>>, 'pass' | 'hold']>([
  ['never complained', {}, 'pass'],
  ['complained yesterday', { complaint_opened: last(1) }, 'hold'],
  ['complained, and it was settled', { complaint_opened: last(3), complaint_closed: last(1) }, 'pass'],
  ['complained again after it was settled', { complaint_opened: last(1, 2), complaint_closed: last(3) }, 'hold'],
  ['two complaints, of which one was settled', { complaint_opened: last(3, 2), complaint_closed: last(1) }, 'hold'],
  [
    'one settled that we never heard of, and a new one',
    { complaint_opened: last(1), complaint_closed: last(9, 2) },
    'hold',
  ],
  ['a complaint that nobody ever closed', { complaint_opened: last(90) }, 'pass'],
])('%s', (_, signals, expected) => {
  expect(ask(signals)).toBe(expected)
})

test('service is held back too, and colleagues are told all the same', () => {
  const open = { complaint_opened: last(1) }
  expect(ask(open, { playbook: playbookWith({ purpose: 'service' }) })).toBe('hold')
  expect(ask(open, { playbook: playbookWith({ purpose: 'internal' }) })).toBe('pass')
})

test('the policy may name the signals of another help desk, and how long one counts', () => {
  const complaint = { opened: ['desk.ticket'], closed: ['desk.solved'], withinMs: 10 * DAY_MS }
  const policy = { ...DEFAULT_POLICY, complaint }
  expect(ask({ 'desk.ticket': last(9) }, { policy })).toBe('hold')
  expect(ask({ 'desk.ticket': last(10) }, { policy })).toBe('pass')
  expect(ask({ 'desk.ticket': last(9), 'desk.solved': last(8) }, { policy })).toBe('pass')
})
