import { DAY_MS } from '@perennial/member'
import { expect, test } from 'vitest'
import { gateInput, NOON } from '../testing/sample-input.ts'
import { alertBudget } from './alert-budget.ts'
import type { QuotaReason } from './gate.ts'
import { playLimit } from './play-limit.ts'

const gates = { 'play-limit': playLimit, 'alert-budget': alertBudget } as const
const quota = (reason: QuotaReason, state: { taken?: number; above?: number; mine?: boolean }) => ({
  name: 'x',
  reason,
  most: 2,
  withinMs: DAY_MS,
  taken: 0,
  above: 0,
  mine: false,
  ...state,
})

test.each(['play-limit', 'alert-budget'] as const)('%s', (reason) => {
  const ask = (state: Parameters<typeof quota>[1], changes = {}) =>
    gates[reason](gateInput({ quotas: [quota(reason, state)], ...changes })).answer
  expect(ask({})).toBe('pass')
  expect(ask({ taken: 1, above: 1 })).toBe('pass')
  expect(ask({ taken: 2 })).toBe('hold')
  expect(ask({ above: 2 })).toBe('hold')
  // Its own place, of the decision that is carried out now.
  expect(ask({ taken: 2, above: 2, mine: true })).toBe('pass')
  // When it goes out another hour counts.
  expect(ask({ taken: 2 }, { plannedAt: NOON + 1 })).toBe('pass')
})

test('each minds its own quota, and without any nothing stands in the way', () => {
  const full = { taken: 9 }
  expect(playLimit(gateInput({ quotas: [quota('alert-budget', full)] })).answer).toBe('pass')
  expect(alertBudget(gateInput({ quotas: [quota('play-limit', full)] })).answer).toBe('pass')
  expect(playLimit(gateInput({ quotas: [] })).answer).toBe('pass')
})
