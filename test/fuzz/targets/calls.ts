const WHO = { userId: 'M-00042', anonymousId: 'cookie', timestamp: '2026-11-23T11:59:00Z', messageId: 'abc-1' }

/** Segment-style calls that are in order. */
export const CALLS = [
  {
    ...WHO,
    type: 'track',
    event: 'Order Completed',
    sentAt: '2026-11-23T11:59:30Z',
    properties: { order_id: 'O-9', total: 24.5, currency: 'EUR', products: [{ quantity: 2 }, {}] },
    context: { traits: { email: 'someone@guild.example' }, externalIds: [{ id: '7', type: 'shop' }] },
  },
  { ...WHO, type: 'track', event: 'Email Opened', properties: { message_id: 'm', campaign: 'c' } },
  {
    ...WHO,
    type: 'track',
    event: 'Membership Renewed',
    properties: { term_end: '2027-11-23', auto_renew: true, dues: 120, consent: { marketing: true } },
  },
  { ...WHO, type: 'identify', traits: { email: 'someone@guild.example', name: 'Ada' } },
  {
    ...WHO,
    type: 'page',
    properties: { url: 'https://guild.example/a?b=c', referrer: 'https://x.example' },
    context: { userAgent: 'Mozilla/5.0', page: { url: 'https://guild.example/' } },
  },
]

export const CALL_WORDS = [
  'Signed In',
  'Order Refunded',
  'Payment Failed',
  'Post Created',
  'Event Attended',
  'properties',
  'context',
  'traits',
  'externalIds',
  'userId',
  'term_end',
  'consent',
]
