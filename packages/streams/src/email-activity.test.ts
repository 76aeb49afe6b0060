import { BUILT_IN, foldFact, idHash, newRows, readTail, signalSlot, signalId, SLOT, slot } from '@perennial/member'
import { expect, test } from 'vitest'
import { STREAMS } from './registry.ts'

const AT = Date.UTC(2026, 0, 1)

test('an unsubscription both counts and withdraws consent, once each, however often it is told', () => {
  const rows = newRows(1)
  for (const offset of [0, 1]) {
    const verdict = STREAMS['email-activity'].toFacts(
      {
        eventId: 'u-1',
        occurredAt: AT,
        sentAt: AT,
        member: { memberId: 'anna', email: null, anonymousId: null, externalIds: [] },
        source: 'newsletter',
        type: 'unsubscribed',
        purpose: null,
        campaignId: null,
        listId: null,
        messageId: null,
        linkUrl: null,
        deliveredAt: null,
        userAgent: null,
        ip: null,
        method: null,
        machine: null,
        linksFollowedTogether: null,
        bounceKind: null,
        interventionId: null,
      },
      {
        receivedAt: AT,
        source: { stream: 2, partition: 0, offset },
        hashEmail: (address) => address,
        hashId: idHash,
        maxFutureMs: 0,
        vocabulary: BUILT_IN,
      },
    )
    for (const fact of verdict.kind === 'ok' ? verdict.facts : []) foldFact(rows, 0, fact)
  }
  expect(readTail(rows, 0).consent).toEqual({ marketing: { granted: false, at: AT } })
  expect(slot(rows, 0, signalSlot(signalId('email_refused')) + 4)).toBe(1)
  expect(slot(rows, 0, SLOT.facts)).toBe(2)
})
