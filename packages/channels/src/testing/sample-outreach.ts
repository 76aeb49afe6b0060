import type { Outreach } from '../channel.ts'

/** For tests. */
export const sampleOutreach: Outreach = {
  id: 'o-0123456789abcdef01234567',
  interventionId: 'i-0123456789abcdef01234567',
  memberId: 'M-17',
  playbook: 're-engagement-trigger',
  step: 'trigger',
  owner: 'marketing',
  purpose: 'marketing',
  band: 'high',
  lapseRisk: 0.812,
  riskVersion: 4,
  modelId: 'starter-v1',
  termId: 't-2027-01-22',
  decidedAt: Date.UTC(2026, 10, 23, 12),
  expiresAt: Date.UTC(2026, 10, 30, 12),
  dueAt: Date.UTC(2026, 10, 28, 12),
  template: 'sample',
}
