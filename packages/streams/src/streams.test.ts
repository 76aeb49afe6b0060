import { BUILT_IN, signalId, SIGNALS } from '@perennial/member'
import { describe, expect, test } from 'vitest'
import type { SourceName } from './names.ts'
import type { Inputs } from './registry.ts'
import { ENVELOPE, factsOf, NOW, verdictOn } from './testing/facts-of.ts'
import { type Meaning, VOCABULARY } from './vocabulary.ts'

/** The fields that a stream's records need besides the envelope and the type. */
const REST = {
  'event-attendance': { event: 'annual-meeting' },
  purchase: { orderId: 'o1', value: 50 },
  membership: {
    termEnd: NOW + 1e10,
    autoRenew: true,
    consent: { marketing: true },
    member: { memberId: 'M1', email: 'a@b.org' },
  },
  'outreach-outcome': { interventionId: 'i', playbook: 'p', step: 's', channel: 'log' },
} as const

const everyType = Object.entries(VOCABULARY).flatMap(([stream, types]) =>
  Object.entries<Meaning>(types).map(([type, meaning]) => ({ stream: stream as SourceName, type, meaning })),
)

describe('every type of the vocabulary', () => {
  test.each(everyType)('$stream $type feeds the signal that the table says, or none', ({ stream, type, meaning }) => {
    const kind = stream === 'outreach-outcome' ? { outcome: type } : { type }
    const record = { ...ENVELOPE, ...Object(REST)[stream], ...kind } as Inputs[SourceName]
    const verdict = verdictOn(stream, record as never)
    const facts = verdict.kind === 'ok' ? verdict.facts : []
    const counted = facts.flatMap((fact) =>
      fact.kind === 'activity' ? [[SIGNALS[fact.signal]?.name, fact.amount]] : [],
    )
    expect(counted).toEqual(meaning.signal === undefined ? [] : [[meaning.signal, meaning.amount]])
    expect(verdict.kind).not.toBe('dead')
  })
})

describe('links', () => {
  const member = { memberId: 'M1', email: 'Ann@b.org', anonymousId: 'a1', externalIds: [{ system: 'shop', id: '5' }] }
  const aliases = ['e:#ann@b.org', 'a:a1', 'x:shop:5']

  test.each(['signed_in', 'identified', 'form_submitted'] as const)(
    '%s proves that its references belong together',
    (type) => {
      const facts = factsOf('website-activity', { ...ENVELOPE, member, type }).filter(({ kind }) => kind === 'link')
      expect(facts.map(({ subject }) => subject)).toEqual(aliases)
      expect(facts.every((fact) => fact.kind === 'link' && fact.member === 'm:M1')).toBe(true)
    },
  )

  test.each(['page_viewed', 'search_performed'] as const)('%s proves nothing', (type) => {
    expect(factsOf('website-activity', { ...ENVELOPE, member, type }).map(({ kind }) => kind)).toEqual(['activity'])
  })

  test('an order links the buyer’s references', () => {
    const facts = factsOf('purchase', { ...ENVELOPE, ...REST.purchase, member, type: 'order_completed' })
    expect(facts.map(({ subject }) => subject)).toEqual(['m:M1', ...aliases])
    expect(facts.map(({ source }) => source.index)).toEqual([0, 1, 2, 3])
  })

  test('a browser that identifies itself as nobody links nothing', () => {
    const verdict = verdictOn('website-activity', { ...ENVELOPE, member: { anonymousId: 'a1' }, type: 'identified' })
    expect(verdict).toEqual({ kind: 'drop', reason: 'nothing-to-link' })
  })

  test('shared mailboxes and fillers never link', () => {
    const shared = { memberId: 'M1', email: 'office@b.org', anonymousId: 'undefined' }
    expect(factsOf('website-activity', { ...ENVELOPE, member: shared, type: 'signed_in' })).toHaveLength(1)
  })
})

describe('email', () => {
  const email = { ...ENVELOPE, deliveredAt: NOW - 1e7 }

  test('a click in a message that we asked for is not engagement', () => {
    const verdict = verdictOn('email-activity', { ...email, type: 'clicked', interventionId: 'i1' })
    expect(verdict).toEqual({ kind: 'drop', reason: 'own-outreach' })
  })

  test.each(['sent', 'delivered'] as const)(
    '%s: by another team counts as a contact, by us it is known already',
    (type) => {
      expect(factsOf('email-activity', { ...email, type })).toMatchObject([{ signal: signalId('contacted_elsewhere') }])
      expect(verdictOn('email-activity', { ...email, type, interventionId: 'i1' })).toMatchObject({ kind: 'drop' })
    },
  )

  test('an open that a machine made is kept, with little trust and the rule’s name', () => {
    const verdict = verdictOn('email-activity', { ...email, type: 'opened', userAgent: 'Mozilla/5.0' })
    expect(verdict).toMatchObject({ kind: 'ok', rule: 'apple-mail-privacy', facts: [{ trust: 0.1 }] })
  })

  test('unsubscribing withdraws consent for the purpose of the list, and for no other', () => {
    const facts = factsOf('email-activity', { ...email, type: 'unsubscribed', purpose: 'events' })
    expect(facts).toMatchObject([{ kind: 'activity' }, { kind: 'membership', change: { consent: { events: false } } }])
  })

  test('a spam complaint in answer to our own outreach is honoured too', () => {
    const facts = factsOf('email-activity', { ...email, type: 'marked_as_spam', interventionId: 'i1' })
    expect(facts[1]).toMatchObject({ change: { consent: { marketing: false } } })
  })
})

describe('outreach outcomes', () => {
  const outcome = { ...ENVELOPE, ...REST['outreach-outcome'] }

  test('are outcomes and nothing else', () => {
    expect(factsOf('outreach-outcome', { ...outcome, outcome: 'replied' })).toMatchObject([
      { kind: 'outcome', subject: 'm:M1', outcome: 'replied' },
    ])
  })

  test.each(['replied', 'delivered'] as const)('of a colleague (%s) are a contact too, and no engagement', (type) => {
    const facts = factsOf('outreach-outcome', { ...outcome, source: 'staff', outcome: type })
    expect(facts.map(({ kind }) => kind)).toEqual(['outcome', 'activity'])
    expect(facts[1]).toMatchObject({ signal: signalId('contacted_elsewhere') })
    expect(BUILT_IN.engagement[signalId('contacted_elsewhere')]).toBe(0)
    expect(facts[1]?.idLo).not.toBe(facts[0]?.idLo)
  })

  test('of what was never sent say nothing about the member', () => {
    expect(verdictOn('outreach-outcome', { ...outcome, outcome: 'superseded' })).toEqual({
      kind: 'drop',
      reason: 'no-signal',
    })
  })

  test('of a kind that is not known are set aside', () => {
    expect(verdictOn('outreach-outcome', { ...outcome, outcome: 'unknown' })).toMatchObject({
      violation: { type: 'Unplanned-Event', field: 'outcome' },
    })
  })
})

test.each([-1, Number.NaN, Number.POSITIVE_INFINITY])('an order of %d is no order', (value) => {
  const record = { ...ENVELOPE, ...REST.purchase, type: 'order_completed', value } as const
  expect(verdictOn('purchase', record)).toMatchObject({ violation: { type: 'Datatype-Mismatch', field: 'value' } })
})
