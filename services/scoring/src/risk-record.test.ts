import type { RiskChange } from '@perennial/engine'
import { type MemberId, newRows, SLOT } from '@perennial/member'
import { createScorer, starterModel } from '@perennial/risk'
import { expect, test } from 'vitest'
import { memberRisk } from './risk-record.ts'

const NOW = Date.UTC(2026, 0, 1)

test('law 6: what is published adds up to the logit, to the last bit', () => {
  const rows = newRows(1)
  rows.f64[SLOT.asOf] = NOW
  rows.f64[SLOT.joinedAt] = NOW - 9e10
  rows.f64[SLOT.termEnd] = NOW + 5e9
  const change: RiskChange = {
    member: 'M-1' as MemberId,
    version: 1,
    cause: 'fact',
    score: createScorer(starterModel()).score(rows, 0, NOW),
    band: 2,
    bandSince: NOW,
    previousBand: 0,
    previousRisk: undefined,
    membership: { status: 1, joinedAt: NOW - 9e10, termStart: 0, termEnd: NOW + 5e9 },
  }
  const { contributions, logit } = memberRisk(change, false)
  expect(contributions.length).toBeGreaterThan(3)
  expect(contributions.reduce((sum, { contribution }) => sum + contribution, 0)).toBe(logit)
})
