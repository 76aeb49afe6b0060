import type { Alert } from '@perennial/runtime'
import type { ChannelDeps, SendResult } from '../channel.ts'

/**
 * Opens the alert, and has its owner told where that is to be at once. A job that is run twice opens it once and tells of
 * it once; one that a colleague has closed stays closed.
 */
export async function send(
  { alerts, tellOwners }: Pick<ChannelDeps, 'alerts' | 'tellOwners'>,
  alert: Alert,
): Promise<SendResult> {
  try {
    await alerts.open(alert)
    await tellOwners('alert', [alert])
    return { kind: 'delivered' }
  } catch {
    return { kind: 'retry', reason: 'the alerts list could not be reached' }
  }
}
