import type { Notice, Outreach } from '../channel.ts'

/** Standard Webhooks: a payload stays below this, so that receivers can rely on it. */
export const MOST_BODY_BYTES = 20_000

/**
 * The body: `{type, timestamp, data}` of Standard Webhooks 1.0.0, the same bytes for every attempt. Thin on purpose:
 * ids, the band and dates. Who the member is, and why, the receiver asks the API for.
 */
export function render(outreach: Outreach): string {
  const { interventionId, memberId, playbook, step, owner, purpose, band, riskVersion, termId, decidedAt, expiresAt } =
    outreach
  return JSON.stringify({
    type: 'outreach.requested',
    timestamp: new Date(decidedAt).toISOString(),
    data: {
      interventionId,
      memberId,
      playbook,
      step,
      owner: owner ?? null,
      purpose,
      band,
      riskVersion,
      termId,
      expiresAt: new Date(expiresAt).toISOString(),
    },
  })
}

/** A message to colleagues, for whoever passes it on: subject and text, the same bytes for every attempt at the same words. */
export function renderNotice({ id, kind, message, at }: Notice): string {
  const { subject, text } = message
  const room = MOST_BODY_BYTES / 4
  const data = { id, subject, text: text.length <= room ? text : `${text.slice(0, room)}…` }
  return JSON.stringify({ type: `notice.${kind}`, timestamp: new Date(at).toISOString(), data })
}
