import { type EpochMs, MINUTE_MS, SECOND_MS } from '@perennial/member'
import { PERSON, type Trust } from './trust.ts'
import { agentKind } from './user-agents.ts'

/** What the provider says about an open or a click. */
export type EmailSign = Readonly<{
  occurredAt: EpochMs
  deliveredAt: EpochMs | null
  userAgent: string | null
  ip: string | null
  method: string | null
  machine: boolean | null
  linksFollowedTogether: number | null
}>

/** Nobody opens a message within this of its delivery: what does is the mailbox provider fetching images. */
const OPEN_AT_DELIVERY_MS = 3 * SECOND_MS
/** A proxy that fetches within this of the delivery prefetches; later it acts for a reader. */
const PROXY_PREFETCH_MS = 30 * SECOND_MS
/** Gateways follow links while they hold the message back, or right after. */
const CLICK_AT_DELIVERY_MS = 5 * SECOND_MS
/** Three different links within ten seconds are more than a reader follows. */
const MANY_LINKS = 3
/** … and a gateway does so soon after the delivery; later a reader may open several tabs. */
const MANY_LINKS_WITHIN_MS = 10 * MINUTE_MS

const FLAGGED: Trust = { trust: 0, rule: 'provider-flag' }
const APPLE: Trust = { trust: 0.1, rule: 'apple-mail-privacy' }
const PROXY_PREFETCH: Trust = { trust: 0.1, rule: 'image-proxy-prefetch' }
// Gmail and Yahoo fetch through a proxy when the reader opens the message: most of these are people.
const PROXY: Trust = { trust: 0.8, rule: 'image-proxy' }
const AT_DELIVERY: Trust = { trust: 0.1, rule: 'open-at-delivery' }
const NO_AGENT: Trust = { trust: 0.5, rule: 'no-user-agent' }
const ROBOT: Trust = { trust: 0, rule: 'robot' }
const SCANNER: Trust = { trust: 0, rule: 'security-scanner' }
const HEAD: Trust = { trust: 0, rule: 'head-request' }
const MANY: Trust = { trust: 0.05, rule: 'many-links-at-once' }
const CLICK_AT_DELIVERY: Trust = { trust: 0.1, rule: 'click-at-delivery' }

/** Whether a person opened the message, or a machine fetched its images. */
export function openTrust(sign: EmailSign): Trust {
  if (sign.machine === true) return FLAGGED
  // 17.0.0.0/8 is Apple's own network.
  if (sign.ip?.startsWith('17.') === true) return APPLE
  const age = ageOf(sign)
  if (sign.userAgent === null) return age < OPEN_AT_DELIVERY_MS ? AT_DELIVERY : NO_AGENT
  switch (agentKind(sign.userAgent)) {
    case 'apple-mail-privacy':
      return APPLE
    case 'image-proxy':
      return age < PROXY_PREFETCH_MS ? PROXY_PREFETCH : PROXY
    case 'scanner':
      return SCANNER
    case 'robot':
      return ROBOT
    case 'person':
      return age < OPEN_AT_DELIVERY_MS ? AT_DELIVERY : PERSON
  }
}

/** Whether a person followed the link, or a gateway looked where it leads. */
export function clickTrust(sign: EmailSign): Trust {
  if (sign.machine === true) return FLAGGED
  if (sign.method !== null && sign.method !== 'GET' && sign.method !== 'POST') return HEAD
  const kind = sign.userAgent === null ? 'person' : agentKind(sign.userAgent)
  if (kind === 'scanner') return SCANNER
  if (kind === 'robot') return ROBOT
  const age = ageOf(sign)
  if ((sign.linksFollowedTogether ?? 0) >= MANY_LINKS && age < MANY_LINKS_WITHIN_MS) return MANY
  return age < CLICK_AT_DELIVERY_MS ? CLICK_AT_DELIVERY : PERSON
}

/** Time since the delivery, for ever where the delivery is not known. */
function ageOf(sign: EmailSign): number {
  return sign.deliveredAt === null ? Number.POSITIVE_INFINITY : sign.occurredAt - sign.deliveredAt
}
