import { createCodec, encodeRecord, SCHEMAS } from '@perennial/streams'
import { expect, test } from 'vitest'
import { interventionEntry, interventionRecord } from './intervention-record.ts'
import type { LedgerEntry } from './ledger.ts'

/** Every field there is: one that is new must be carried as well, or the compiler or the test below says so. */
const WHOLE: Required<Omit<LedgerEntry, 'outcome'>> = {
  id: 'i-1',
  memberId: 'M1',
  playbook: 'win-back',
  step: 'mail',
  channel: 'email',
  fallback: 'log',
  owner: 'membership-ops',
  purpose: 'marketing',
  decision: 'send',
  reason: 'cap',
  sendAt: 1_800_000_000_001,
  answers: [
    { gate: 'consent', answer: 'pass' },
    { gate: 'cap', answer: 'hold', reason: 'cap' },
    { gate: 'quiet-hours', answer: 'delay', until: 1_800_000_000_002 },
  ],
  policyVersion: 'p1',
  riskVersion: 7,
  modelId: 'model',
  band: 'high',
  lapseRisk: 0.8123456789,
  parts: { silence: 1.4, tenure: -0.25 },
  termId: 't-2027-01-22',
  termEnd: 1_800_000_000_003,
  expiresAt: 1_800_000_000_004,
  decidedAt: 1_800_000_000_005,
}

function throughTheLog(entry: LedgerEntry): LedgerEntry | undefined {
  const decoded = createCodec(() => SCHEMAS.intervention).decode(
    'intervention',
    encodeRecord('intervention', interventionRecord(entry), 1),
  )
  if (decoded.kind !== 'ok') throw new Error(decoded.kind)
  return interventionEntry(decoded.record)
}

test('a decision comes back from the log as it was taken', () => {
  expect(throughTheLog(WHOLE)).toEqual(WHOLE)
})

test('and so does one without what may be left out', () => {
  const { fallback: _f, owner: _o, reason: _r, sendAt: _s, parts: _p, ...rest } = WHOLE
  const least: LedgerEntry = { ...rest, decision: 'hold', termEnd: 0, answers: [] }
  expect(throughTheLog(least)).toEqual(least)
})

test('of a record that was written before records told all of it there is no entry', () => {
  expect(interventionEntry({ ...interventionRecord(WHOLE), policyVersion: '' })).toBeUndefined()
})
