import type { Notice, Outreach } from '../channel.ts'

export type LogLine = Readonly<{ message: string; fields: Readonly<Record<string, string | number>> }>

/** What a person who watches the log reads. The member's id is a key into the member database, not a name. */
export function render({ id, memberId, playbook, step, owner, band, lapseRisk, expiresAt }: Outreach): LogLine {
  const risk = `${Math.round(lapseRisk * 100)} %`
  const who = owner === undefined ? '' : ` for ${owner}`
  return {
    message: `Outreach${who}: ${playbook}, member ${memberId} is in the ${band} band (risk ${risk})`,
    fields: { job: id, member: memberId, playbook, step, band, expiresAt: new Date(expiresAt).toISOString() },
  }
}

/** A message to colleagues, whole. */
export function renderNotice({ id, kind, message }: Notice): LogLine {
  return { message: `${message.subject}\n${message.text}`, fields: { job: id, notice: kind } }
}
