import type { Alert } from '@perennial/runtime'
import type { Outreach } from '../channel.ts'

/** The entry of the alerts list, as of now: a step may wait long after its decision. Due when the contact would make no sense any more. */
export function render(outreach: Outreach, openedAt: number): Alert {
  const { id, interventionId, memberId, playbook, step, owner, band, lapseRisk, expiresAt } = outreach
  const about = { interventionId, memberId, playbook, step, owner, band, lapseRisk }
  return { id, ...about, openedAt, dueAt: expiresAt, state: 'open' }
}
