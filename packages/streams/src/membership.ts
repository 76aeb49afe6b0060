import { isMemberKey, memberIdOf, type MembershipChange, type MembershipFact, type UnlinkFact } from '@perennial/member'
import { EARLIEST_MS } from './clock.ts'
import { ENVELOPE_FIELDS, isDead, linksOf, type Origin, readEnvelope, tooLong, tooMany, unplanned } from './envelope.ts'
import type { MembershipV1 } from './generated/membership.ts'
import { aliasesOf, mailAddress } from './references.ts'
import { isLonger } from './text-length.ts'
import { type Dead, dead, type Mailbox, type MapContext, type Verdict } from './verdict.ts'

/** The fields read here; what a record has besides is skipped when it is decoded. */
export const MEMBERSHIP_FIELDS = [
  ...ENVELOPE_FIELDS,
  'type',
  'joinedAt',
  'termStart',
  'termEnd',
  'dues',
  'autoRenew',
  'tier',
  'chapter',
  'timeZone',
  'consent',
  'emails',
] as const

export type MembershipRecord = Pick<MembershipV1, (typeof MEMBERSHIP_FIELDS)[number]>

/** Bytes; a member's row cuts its texts at 250. */
const LONGEST_TEXT = 240
const MOST_EMAILS = 50
const MOST_PURPOSES = 50
/** With the number of purposes, keeps a change well inside the 64 KB of a packed fact. */
const LONGEST_PURPOSE = 100
/** Latest end of a term: 2200-01-01. A life membership is one without an end, not one that ends in 9999. */
const LATEST_TERM_MS = 7_258_118_400_000

export function membershipFacts(record: MembershipRecord, context: MapContext): Verdict {
  if (record.type === 'unknown') return unplanned('type')
  const violation = checkParts(record) ?? checkTerm(record)
  if (violation !== undefined) return violation
  const origin = readEnvelope(record, context)
  if (isDead(origin)) return origin
  if (!isMemberKey(origin.subject)) {
    return dead('Required-Missing', 'member.memberId', 'A change of membership must name the member.')
  }
  if (record.type === 'reference_unlinked') return unlinked(origin, record, context)
  const fact: MembershipFact = {
    kind: 'membership',
    ...origin,
    source: { ...origin.source, index: 0 },
    change: changeOf(record, origin),
  }
  const facts = [fact, ...linksOf(origin, () => aliasesOf(record.member, context.hashEmail, record.emails), 1)]
  return { kind: 'ok', facts, mailboxes: () => mailboxesOf(record, origin, true).slice(0, 1) }
}

/** The address of the reference first, then the list in its order. */
function mailboxesOf({ member, emails }: MembershipRecord, { subject, at }: Origin, theirs: boolean): Mailbox[] {
  const memberId = memberIdOf(subject)
  return [member.email, ...emails].flatMap((email) => {
    const address = mailAddress(email)
    return address === undefined ? [] : [{ memberId, address, at, theirs }]
  })
}

function unlinked(origin: Origin, record: MembershipRecord, context: MapContext): Verdict {
  const aliases = aliasesOf(record.member, context.hashEmail, record.emails)
  if (aliases.length === 0) {
    return dead('Required-Missing', 'member', 'Nothing to unlink: name an email, an anonymous or an external id.')
  }
  const facts = aliases.map((alias, index): UnlinkFact => ({
    kind: 'unlink',
    ...origin,
    subject: alias,
    source: { ...origin.source, index },
    member: origin.subject,
  }))
  return { kind: 'ok', facts, mailboxes: () => mailboxesOf(record, origin, false) }
}

/** Every part that is present, and what the type itself says. */
function changeOf(record: MembershipRecord, origin: Origin): MembershipChange {
  const { joinedAt, dues, tier, chapter, timeZone, consent, autoRenew } = record
  const term = termOf(record, origin)
  return {
    ...(joinedAt !== null && { joinedAt }),
    ...(term !== undefined && { term }),
    ...(dues !== null && { dues }),
    ...(autoRenew !== null && { autoRenew }),
    ...(tier !== null && { tier }),
    ...(chapter !== null && { chapter }),
    ...(timeZone !== null && { timeZone }),
    ...(Object.keys(consent).length > 0 && { consent }),
    ...impliedBy(record, origin),
  }
}

function impliedBy(record: MembershipRecord, origin: Origin): MembershipChange {
  switch (record.type) {
    case 'joined':
      return { status: 'active', joinedAt: record.joinedAt ?? origin.at }
    case 'renewed':
      return { status: 'active', renewed: true }
    case 'lapsed':
      return { status: 'lapsed' }
    case 'payment_failed':
      return { paymentFailed: true }
    case 'payment_received':
      return { paymentFailed: false }
    default:
      return {}
  }
}

function termOf({ termStart, termEnd }: MembershipRecord, origin: Origin): MembershipChange['term'] {
  if (termEnd === null) return undefined
  return { start: termStart ?? Math.min(origin.at, termEnd), end: termEnd }
}

function checkTerm({ type, termStart, termEnd, dues, joinedAt }: MembershipRecord): Dead | undefined {
  if (termEnd === null && (type === 'renewed' || type === 'term_changed')) {
    return dead('Required-Missing', 'termEnd', 'A new term must say when it ends.')
  }
  if (termEnd === null && termStart !== null) {
    return dead('Required-Missing', 'termEnd', 'A term with a start must say when it ends.')
  }
  if (badTerm(termStart)) return dead('Datatype-Mismatch', 'termStart', NOT_A_TIME)
  if (badTerm(termEnd)) return dead('Datatype-Mismatch', 'termEnd', NOT_A_TIME)
  if (badJoin(joinedAt)) return dead('Datatype-Mismatch', 'joinedAt', NOT_A_TIME)
  if (termStart !== null && termEnd !== null && termEnd <= termStart) {
    return dead('Datatype-Mismatch', 'termEnd', 'The term ends before it begins.')
  }
  if (dues !== null && !(dues >= 0 && dues < Number.POSITIVE_INFINITY)) {
    return dead('Datatype-Mismatch', 'dues', 'Dues must be a positive, finite amount.')
  }
  return undefined
}

const NOT_A_TIME = 'The time is out of range; it must be in milliseconds since 1970.'

/** People have been members for longer than their association has had a database: 1900 is accepted. */
const EARLIEST_JOIN_MS = -2_208_988_800_000
/** Read as milliseconds, today's times in seconds lie between 1970-01-01 and this: nobody's true date. */
const SECONDS_MISTAKEN_MS = 5_000_000_000

function badTerm(time: number | null): boolean {
  return time !== null && !(time >= EARLIEST_MS && time <= LATEST_TERM_MS)
}

function badJoin(time: number | null): boolean {
  if (time === null) return false
  return !(time >= EARLIEST_JOIN_MS && time <= LATEST_TERM_MS) || (time >= 0 && time < SECONDS_MISTAKEN_MS)
}

function checkParts(record: MembershipRecord): Dead | undefined {
  for (const field of ['tier', 'chapter', 'timeZone'] as const) {
    if (isLonger(record[field] ?? '', LONGEST_TEXT)) return tooLong(field, LONGEST_TEXT)
  }
  if (record.emails.length > MOST_EMAILS) return tooMany('emails', MOST_EMAILS)
  const purposes = Object.keys(record.consent)
  if (purposes.length > MOST_PURPOSES) return tooMany('consent', MOST_PURPOSES)
  if (purposes.some((purpose) => isLonger(purpose, LONGEST_PURPOSE))) return tooLong('consent', LONGEST_PURPOSE)
  if (record.type === 'consent_changed' && purposes.length === 0) {
    return dead('Required-Missing', 'consent', 'A change of consent must name a purpose.')
  }
  if (record.type === 'auto_renew_changed' && record.autoRenew === null) {
    return dead('Required-Missing', 'autoRenew', 'A change of auto-renew must say what it is now.')
  }
  return undefined
}
