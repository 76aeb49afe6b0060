import type { SourceInput } from '@perennial/runtime'

export const DAY_MS = 86_400_000
const BROWSER = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'

type References = Readonly<{ memberId?: string; anonymousId?: string; email?: string }>

function envelope(eventId: string, at: number, { memberId, anonymousId, email }: References) {
  return {
    eventId,
    occurredAt: at,
    sentAt: at,
    member: { memberId, email, anonymousId, externalIds: [] },
    source: 'test',
  }
}

export function visit(eventId: string, at: number, who: References): SourceInput {
  return {
    stream: 'website-activity',
    record: { ...envelope(eventId, at, who), type: 'page_viewed', url: 'https://guild.example/', userAgent: BROWSER },
  }
}

export function login(eventId: string, at: number, who: References): SourceInput {
  return {
    stream: 'website-activity',
    record: {
      ...envelope(eventId, at, who),
      type: 'signed_in',
      url: 'https://guild.example/login',
      userAgent: BROWSER,
    },
  }
}

export function order(eventId: string, at: number, who: References): SourceInput {
  return {
    stream: 'purchase',
    record: { ...envelope(eventId, at, who), type: 'order_completed', orderId: eventId, value: 20, currency: 'EUR' },
  }
}

/**
 * The member database makes a member known whose term ends in 25 days, of whom nothing was ever seen: by the starter
 * model at high risk from the first moment. `at` now makes it a cause to act on.
 */
export function slipping(memberId: string, at: number, daysLeft = 25): SourceInput {
  return {
    stream: 'membership',
    record: {
      ...envelope(`joined-${memberId}`, at, { memberId }),
      type: 'joined',
      joinedAt: at - 340 * DAY_MS,
      termStart: at - (365 - daysLeft) * DAY_MS,
      termEnd: at + daysLeft * DAY_MS,
      dues: 140,
      autoRenew: false,
      consent: { marketing: true },
      timeZone: whereItIsNoon(at),
    },
  }
}

export function post(eventId: string, at: number, memberId: string): SourceInput {
  return { stream: 'community-activity', record: { ...envelope(eventId, at, { memberId }), type: 'post' } }
}

/**
 * Somebody is active in ways of the deployment's own (see `signals.json`), first as a visitor whom a login makes known;
 * the last way is one that nobody has named.
 */
export function activeInOwnWays(memberId: string, at: number): SourceInput[] {
  const visitor = { anonymousId: `${memberId}-browser` }
  return [
    custom(`${memberId}-1`, at - 30 * DAY_MS, visitor, ['forum', 'posted']),
    custom(`${memberId}-2`, at - 20 * DAY_MS, visitor, ['shift', 'missed']),
    login(`${memberId}-3`, at - 10 * DAY_MS, { memberId, ...visitor }),
    custom(`${memberId}-4`, at - 9 * DAY_MS, visitor, ['forum', 'posted']),
    custom(`${memberId}-5`, at - 8 * DAY_MS, { memberId }, ['community-activity', 'post']),
    custom(`${memberId}-6`, at - 7 * DAY_MS, { memberId }, ['forum', 'lurked']),
  ]
}

export function custom(eventId: string, at: number, who: References, what: readonly [string, string]): SourceInput {
  const [stream, action] = what
  return { stream: 'custom-activity', record: { ...envelope(eventId, at, who), stream, action } }
}

/** The card could not be charged: by the starter model 1.2 more in log-odds. */
export function paymentFailed(memberId: string, at: number): SourceInput {
  return {
    stream: 'membership',
    record: { ...envelope(`failed-${memberId}`, at, { memberId }), type: 'payment_failed' },
  }
}

/** A zone where nobody is asleep, so that quiet hours hold nothing back. */
export function whereItIsNoon(at: number): string {
  return whereItIs(12, at)
}

/** A zone where the clock shows this hour, of 0 to 23. */
export function whereItIs(hour: number, at: number): string {
  // Zones are from 12 hours behind to 12 ahead.
  const ahead = ((hour - new Date(at).getUTCHours() + 36) % 24) - 12
  // The signs of these zones are the other way round.
  return ahead === 0 ? 'Etc/UTC' : `Etc/GMT${ahead > 0 ? '-' : '+'}${Math.abs(ahead)}`
}

/** The records in their order, some of them told twice: `share` of them, at most `within` records later. */
export function withRepeats(
  inputs: readonly SourceInput[],
  random: () => number,
  { share, within }: Readonly<{ share: number; within: number }>,
): SourceInput[] {
  const placed = inputs.map((input, n) => ({ input, place: n }))
  const repeats = placed
    .filter(() => random() < share)
    .map(({ input, place }) => ({ input, place: place + random() * within }))
  return [...placed, ...repeats].toSorted((a, b) => a.place - b.place).map(({ input }) => input)
}
