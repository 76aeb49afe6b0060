import type { MembershipFact } from '@perennial/member'
import { effectsOf, type Effect } from './effects.ts'
import {
  ENVELOPE_FIELDS,
  activity,
  isDead,
  ok,
  type Origin,
  readEnvelope,
  single,
  tooLong,
  unplanned,
} from './envelope.ts'
import type { EmailActivityV1 } from './generated/email-activity.ts'
import { isLonger } from './text-length.ts'
import { clickTrust, openTrust } from './trust/email.ts'
import { PERSON } from './trust/trust.ts'
import { type Drop, type MapContext, NO_SIGNAL, type Verdict } from './verdict.ts'
import { VOCABULARY } from './vocabulary.ts'

const EFFECTS = effectsOf(VOCABULARY['email-activity'])
const OWN_OUTREACH: Drop = { kind: 'drop', reason: 'own-outreach' }
const DEFAULT_PURPOSE = 'marketing'
const LONGEST_PURPOSE = 100
/** Any number but 0: it only tells the second fact of a record from the first. */
const WITHDRAWAL = 0x9e3779b9

/** The fields read here; what a record has besides is skipped when it is decoded. */
export const EMAIL_FIELDS = [
  ...ENVELOPE_FIELDS,
  'type',
  'purpose',
  'deliveredAt',
  'userAgent',
  'ip',
  'method',
  'machine',
  'linksFollowedTogether',
  'interventionId',
] as const

export type EmailRecord = Pick<EmailActivityV1, (typeof EMAIL_FIELDS)[number]>

export function emailFacts(record: EmailRecord, context: MapContext): Verdict {
  const { type } = record
  if (type === 'unknown') return unplanned('type')
  const origin = readEnvelope(record, context)
  if (isDead(origin)) return origin
  switch (type) {
    case 'opened':
    case 'clicked':
      // We asked for this message: what it causes is our doing, not the member's.
      if (record.interventionId !== null) return OWN_OUTREACH
      return single(origin, EFFECTS[type], type === 'opened' ? openTrust(record) : clickTrust(record))
    case 'unsubscribed':
    case 'marked_as_spam':
      return refusal(origin, record.purpose ?? DEFAULT_PURPOSE, EFFECTS[type])
    case 'sent':
    case 'delivered':
      // Of our own messages the ledger knows; this is what other teams sent.
      return record.interventionId === null ? single(origin, EFFECTS[type]) : OWN_OUTREACH
    case 'bounced':
      return NO_SIGNAL
  }
}

/** A refusal counts against engagement, and withdraws the consent it names at once: whoever sent it, it is honoured. */
function refusal(origin: Origin, purpose: string, effect: Effect | undefined): Verdict {
  if (isLonger(purpose, LONGEST_PURPOSE)) return tooLong('purpose', LONGEST_PURPOSE)
  const counted = effect === undefined ? [] : [activity(origin, effect, PERSON, 0)]
  // Of an address nobody knows yet too: it is kept there, and passed on when the address finds its member.
  const withdrawn: MembershipFact = {
    kind: 'membership',
    subject: origin.subject,
    source: { ...origin.source, index: counted.length },
    idHi: origin.idHi,
    // An id of its own: the member's row would take two facts of one id for the same fact told twice.
    idLo: (origin.idLo ^ WITHDRAWAL) >>> 0,
    at: origin.at,
    change: { consent: { [purpose]: false } },
  }
  return ok([...counted, withdrawn])
}
