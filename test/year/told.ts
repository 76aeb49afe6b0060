import type { SourceInput } from '@perennial/runtime'
import type { Told } from './story.ts'

/** What a fact says about a member that decides whether they may be written to; undefined: nothing. */
export function toldBy({ stream, record }: SourceInput, memberOfEmail: ReadonlyMap<string, string>): Told | undefined {
  const memberId = record.member.memberId ?? memberOfEmail.get(record.member.email ?? '')
  if (memberId === undefined) return undefined
  if (stream === 'email-activity' && record.type === 'unsubscribed') return { memberId, consent: { marketing: false } }
  if (stream !== 'membership') return undefined
  const { timeZone, consent, termEnd } = record
  return {
    memberId,
    ...(typeof timeZone === 'string' ? { timeZone } : {}),
    ...(consent === undefined || consent === null ? {} : { consent }),
    ...(typeof termEnd === 'number' ? { termEnd } : {}),
  }
}
