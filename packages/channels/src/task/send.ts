import type { Alert, Alerts } from '@perennial/runtime'
import type { SendResult } from '../channel.ts'

/** Opens the alert. A job that is run twice opens it once; one that a colleague has closed stays closed. */
export async function send(alerts: Pick<Alerts, 'open'>, alert: Alert): Promise<SendResult> {
  try {
    await alerts.open(alert)
    return { kind: 'delivered' }
  } catch {
    return { kind: 'retry', reason: 'the alerts list could not be reached' }
  }
}
