import { PERSON, type Trust } from './trust.ts'
import { agentKind } from './user-agents.ts'

type Visit = Readonly<{ userAgent: string | null; automated: boolean | null }>

const AUTOMATED: Trust = { trust: 0, rule: 'automated-browser' }
const ROBOT: Trust = { trust: 0, rule: 'robot' }
const SCANNER: Trust = { trust: 0, rule: 'security-scanner' }

/**
 * Whether a person made a visit. A visit without a user agent is trusted: it was reported by the
 * association's own server, which knows its members.
 */
export function visitTrust(visit: Visit): Trust {
  if (visit.automated === true) return AUTOMATED
  if (visit.userAgent === null) return PERSON
  switch (agentKind(visit.userAgent)) {
    case 'robot':
      return ROBOT
    case 'scanner':
      return SCANNER
    case 'person':
    case 'image-proxy':
    case 'apple-mail-privacy':
      return PERSON
  }
}
