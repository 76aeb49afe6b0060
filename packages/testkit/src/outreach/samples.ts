import type { Alert, ContactRef, LedgerEntry, OutreachJob } from '@perennial/runtime'
import type { MemberRiskV1 } from '@perennial/streams'

/** Monday 2026-11-23, noon UTC. */
export const NOON = Date.UTC(2026, 10, 23, 12)
const DAY = 86_400_000

export function sampleRisk(changes: Partial<MemberRiskV1> = {}): MemberRiskV1 {
  return {
    memberId: 'M1',
    version: 1,
    asOf: NOON,
    cause: 'silence',
    lapseRisk: 0.8,
    horizonKind: 'renewal',
    horizonAt: NOON + 60 * DAY,
    engagementScore: 12,
    band: 'high',
    previousBand: 'low',
    bandSince: NOON,
    confidence: 0.7,
    valueAtRisk: 160,
    dues: 200,
    modelId: 'sample-model',
    contributions: [{ feature: 'silence', value: 90, contribution: 1.4 }],
    logit: 1.4,
    status: 'active',
    termStart: NOON - 305 * DAY,
    termEnd: NOON + 60 * DAY,
    joinedAt: NOON - 900 * DAY,
    previousRisk: 0.2,
    replay: false,
    ...changes,
  }
}

export function sampleEntry(changes: Partial<LedgerEntry> = {}): LedgerEntry {
  return {
    id: 'i-1',
    memberId: 'M1',
    playbook: 'win-back',
    step: 'mail',
    channel: 'log',
    purpose: 'marketing',
    decision: 'send',
    sendAt: NOON,
    answers: [{ gate: 'consent', answer: 'pass' }],
    policyVersion: 'p1',
    riskVersion: 1,
    modelId: 'sample-model',
    band: 'high',
    lapseRisk: 0.8,
    termId: 't-2027-01-22',
    termEnd: NOON + 60 * DAY,
    expiresAt: NOON + 7 * DAY,
    decidedAt: NOON,
    ...changes,
  }
}

export function sampleJob(changes: Partial<OutreachJob> = {}): OutreachJob {
  return {
    id: 'o-1',
    interventionId: 'i-1',
    memberId: 'M1',
    playbook: 'win-back',
    step: 'mail',
    riskVersion: 1,
    expiresAt: NOON + 7 * DAY,
    ...changes,
  }
}

export function sampleContact(changes: Partial<ContactRef> = {}): ContactRef {
  return { memberId: 'M1', termId: 't-2027-01-22', playbook: 'win-back', step: 'mail', audience: 'member', ...changes }
}

export function sampleAlert(changes: Partial<Alert> = {}): Alert {
  const { interventionId, memberId, playbook, step } = sampleJob()
  return {
    id: 'o-1',
    interventionId,
    memberId,
    playbook,
    step,
    owner: 'membership-ops',
    band: 'high',
    lapseRisk: 0.8,
    openedAt: NOON,
    dueAt: NOON + 7 * DAY,
    state: 'open',
    ...changes,
  }
}
