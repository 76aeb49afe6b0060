import type { Alert } from '@perennial/runtime'
import type { Outreach } from '../channel.ts'

/** The entry of the alerts list, as of now: a step may wait long after its decision. */
export function render(outreach: Outreach, openedAt: number): Alert {
  const { id, interventionId, memberId, playbook, step, owner, band, lapseRisk, dueAt } = outreach
  const about = { interventionId, memberId, playbook, step, owner, band, lapseRisk }
  return { id, ...about, openedAt, dueAt, state: 'open' }
}
