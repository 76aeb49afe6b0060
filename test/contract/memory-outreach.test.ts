import {
  memoryAgenda,
  memoryAddressBook,
  memoryAlerts,
  memoryContacts,
  memoryHeldAlerts,
  memoryJobQueue,
  memoryLedger,
  memoryQuotas,
  memoryNotices,
  memoryRiskProjection,
  NOON,
  settableClock,
} from '@perennial/testkit'
import { alertsFeatures } from './alerts.features.ts'
import { agendaFeatures } from './agenda.features.ts'
import { addressBookFeatures } from './address-book.features.ts'
import { contactsFeatures } from './contacts.features.ts'
import { heldAlertsFeatures } from './held-alerts.features.ts'
import { quotasFeatures } from './quotas.features.ts'
import { CONTRACT_RETRY_DELAYS_MS, jobQueueFeatures } from './job-queue.features.ts'
import { ledgerFeatures } from './ledger.features.ts'
import { noticesFeatures } from './notices.features.ts'
import { riskProjectionFeatures } from './risk-projection.features.ts'

alertsFeatures('the double', memoryAlerts)
agendaFeatures('the double', memoryAgenda)
addressBookFeatures('the double', memoryAddressBook)
contactsFeatures('the double', memoryContacts)
quotasFeatures('the double', memoryQuotas)
heldAlertsFeatures('the double', memoryHeldAlerts)
ledgerFeatures('the double', memoryLedger)
noticesFeatures('the double', memoryNotices)
riskProjectionFeatures('the double', memoryRiskProjection)
jobQueueFeatures('the double', () => {
  const clock = settableClock(NOON)
  const queue = memoryJobQueue(clock, { keepMs: 60_000, retryDelaysMs: CONTRACT_RETRY_DELAYS_MS })
  return {
    queue,
    clock,
    async until(condition) {
      for (;;) {
        await queue.runDue()
        if (await condition()) return
        const next = queue.nextDue()
        if (next === Infinity) throw new Error('The queue is idle and the condition does not hold.')
        clock.set(next)
      }
    },
  }
})
