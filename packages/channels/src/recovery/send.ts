import type { ChannelDeps, SendResult } from '../channel.ts'
import type { Recovery } from './render.ts'

/** Marks the alerts of the member, and has those told who were alerted. Nobody was: nobody is. */
export async function send(
  { alerts, tellOwners }: Pick<ChannelDeps, 'alerts' | 'tellOwners'>,
  { memberId, at, by }: Recovery,
): Promise<SendResult> {
  try {
    await tellOwners('recovery', await alerts.recovered(memberId, { at, by }))
    return { kind: 'delivered' }
  } catch {
    return { kind: 'retry', reason: 'the alerts list could not be reached' }
  }
}
