import type { Alert } from '@perennial/runtime'
import type { Outreach } from '../channel.ts'

/** The entry of the alerts list. Due when the contact would make no sense any more. */
export function render(outreach: Outreach): Alert {
  const { id, interventionId, memberId, playbook, step, owner, band, lapseRisk, decidedAt, expiresAt } = outreach
  const about = { interventionId, memberId, playbook, step, owner, band, lapseRisk }
  return { id, ...about, openedAt: decidedAt, dueAt: expiresAt, state: 'open' }
}
