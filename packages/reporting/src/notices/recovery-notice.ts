import { DAY_MS, type EpochMs } from '@perennial/member'
import { asMarkdown, type Message, messageOfMarkdown } from '@perennial/templates'
import { count } from '../words.ts'

export type Recovered = Readonly<{ memberId: string; alertedAt: EpochMs; recoveredAt: EpochMs }>

/** "recovered after 12 days", whole days since the alert. */
export function recoveredAfter({ alertedAt, recoveredAt }: Recovered): string {
  const days = Math.floor((recoveredAt - alertedAt) / DAY_MS)
  return days < 1 ? 'recovered within a day' : `recovered after ${count(days, 'day')}`
}

/** One recovery, told at once to who was alerted. */
export function recoveryNotice(recovered: Recovered): Message {
  const { memberId } = recovered
  const markdown = `Member ${asMarkdown(memberId)} is out of danger: ${recoveredAfter(recovered)}. What was planned about it can stop.`
  return messageOfMarkdown(`Member ${memberId} ${recoveredAfter(recovered)}`, markdown)
}
