import { createHmac } from 'node:crypto'
import type { SourceInput } from '@perennial/runtime'
import { VOCABULARY } from '@perennial/streams'
import { ALL_SIGNALS } from '../harness/open-signals.ts'

/*
 * What a record means, told once more and as plainly as can be: for checking the real thing, so it shares none of
 * its code but the two tables that say what counts as what.
 */

export type Activity = Readonly<{ kind: 'activity'; at: number; signal: number; amount: number; trust: number }>
export type Change = Readonly<{ kind: 'change'; at: number; says: Says }>
export type Outcome = Readonly<{ kind: 'outcome'; at: number; delivered: boolean }>
export type Happening = Activity | Change | Outcome

export type Says = Readonly<{
  status?: 'active' | 'lapsed'
  joinedAt?: number
  term?: Readonly<{ start: number; end: number }>
  dues?: number
  autoRenew?: boolean
  renewed?: boolean
  paymentFailed?: boolean
  tier?: string
  chapter?: string
  timeZone?: string
  consent?: Readonly<Record<string, boolean>>
}>

export type Reading =
  | Readonly<{ kind: 'used'; subject: string; happenings: readonly Happening[]; links: readonly string[] }>
  | Readonly<{ kind: 'dropped' }>
  | Readonly<{ kind: 'dead' }>

type Of<S extends SourceInput['stream']> = Extract<SourceInput, { stream: S }>['record']
type Member = SourceInput['record']['member']

const DROPPED = { kind: 'dropped' } as const
/** Times before are seconds that were taken for milliseconds. */
const EARLIEST = Date.UTC(1980, 0, 1)
const DEAD = { kind: 'dead' } as const

/** `identityKey`: what the deployment hashes addresses with. */
export function readRecord({ stream, record }: SourceInput, identityKey: string): Reading {
  const references = referencesOf(record.member, identityKey)
  const subject = references[0]
  if (record.eventId === '' || subject === undefined || record.occurredAt < EARLIEST) return DEAD
  const links = references.slice(1)
  const used = (happenings: readonly Happening[], proves: boolean): Reading =>
    happenings.length === 0 && !(proves && links.length > 0)
      ? DROPPED
      : { kind: 'used', subject, happenings, links: proves ? links : [] }

  switch (stream) {
    case 'website-activity': {
      const proves = record.type === 'signed_in' || record.type === 'identified' || record.type === 'form_submitted'
      const robot = record.userAgent?.includes('Googlebot') === true
      return record.type === 'unknown'
        ? DEAD
        : used(activity(stream, record.type, record.occurredAt, robot ? 0 : 1), proves)
    }
    case 'email-activity':
      return record.type === 'unknown' ? DEAD : used(emailHappenings(record), false)
    case 'event-attendance':
    case 'community-activity':
      return record.type === 'unknown' ? DEAD : used(activity(stream, record.type, record.occurredAt, 1), false)
    case 'custom-activity': {
      if (record.stream === '' || record.action === '') return DEAD
      const signal = ALL_SIGNALS.findIndex(({ name }) => name === `${record.stream}.${record.action}`)
      if (signal < 0) return used(builtIn(record.stream, record.action, record.occurredAt), false)
      return used([{ kind: 'activity', at: record.occurredAt, signal, amount: 1, trust: 1 }], false)
    }
    case 'purchase':
      if (record.type === 'unknown' || record.value < 0) return DEAD
      return used(activity(stream, record.type, record.occurredAt, 1), true)
    case 'membership': {
      if (record.type === 'unknown' || !subject.startsWith('m:')) return DEAD
      const emails = (record.emails ?? []).map((email) => emailReference(email, identityKey))
      const all = [...new Set([...links, ...emails])]
      return {
        kind: 'used',
        subject,
        happenings: [{ kind: 'change', at: record.occurredAt, says: says(record) }],
        links: all,
      }
    }
    case 'outreach-outcome':
      if (record.outcome === 'unknown') return DEAD
      if (record.outcome === 'superseded') return DROPPED
      return used([{ kind: 'outcome', at: record.occurredAt, delivered: record.outcome === 'delivered' }], false)
  }
}

/** The strongest first. */
function referencesOf(member: Member, identityKey: string): string[] {
  const usable = (text: string | null | undefined): text is string =>
    text !== null && text !== undefined && !['', 'undefined', 'null'].includes(text)
  return [
    ...(usable(member.memberId) ? [`m:${member.memberId}`] : []),
    ...(usable(member.email) ? [emailReference(member.email, identityKey)] : []),
    ...(usable(member.anonymousId) ? [`a:${member.anonymousId}`] : []),
    ...(member.externalIds ?? []).map(({ system, id }) => `x:${system}:${id}`).sort(),
  ]
}

function emailReference(address: string, identityKey: string): string {
  const hash = createHmac('sha256', identityKey).update(address.trim().toLowerCase()).digest()
  return `e:${hash.subarray(0, 16).toString('base64url')}`
}

function builtIn(stream: string, type: string, at: number): Activity[] {
  return stream in VOCABULARY ? activity(stream as keyof typeof VOCABULARY, type, at, 1) : []
}

function activity(stream: keyof typeof VOCABULARY, type: string, at: number, trust: number): Activity[] {
  const meanings: Readonly<Record<string, Readonly<{ segment: string; signal?: string; amount?: number }>>> =
    VOCABULARY[stream]
  const { signal, amount = 1 } = meanings[type] ?? {}
  if (signal === undefined) return []
  return [{ kind: 'activity', at, signal: ALL_SIGNALS.findIndex(({ name }) => name === signal), amount, trust }]
}

/** The sample's members read mail with one browser, and one prefetching proxy; others are not known here. */
function emailHappenings(record: Of<'email-activity'>): Happening[] {
  const { type, occurredAt: at } = record
  const counted = activity('email-activity', type, at, emailTrust(record))
  if (type !== 'unsubscribed' && type !== 'marked_as_spam') return counted
  return [...counted, { kind: 'change', at, says: { consent: { [record.purpose ?? 'marketing']: false } } }]
}

function emailTrust({ type, occurredAt, deliveredAt, userAgent, linksFollowedTogether }: Of<'email-activity'>): number {
  const age = occurredAt - (deliveredAt ?? 0)
  if (type === 'opened') return userAgent === 'Mozilla/5.0' || age < 3_000 ? 0.1 : 1
  if (type !== 'clicked') return 1
  if ((linksFollowedTogether ?? 0) >= 3 && age < 600_000) return 0.05
  return age < 5_000 ? 0.1 : 1
}

function says(record: Of<'membership'>): Says {
  const { type, joinedAt, termStart, termEnd, dues, autoRenew, tier, chapter, timeZone, consent } = record
  const there = <T>(value: T | null | undefined): value is T => value !== null && value !== undefined
  const joined = there(joinedAt) ? joinedAt : type === 'joined' ? record.occurredAt : undefined
  return {
    ...((type === 'joined' || type === 'renewed') && { status: 'active' as const }),
    ...(type === 'lapsed' && { status: 'lapsed' as const }),
    ...(joined !== undefined && { joinedAt: joined }),
    ...(there(termEnd) && {
      term: { start: termStart ?? Math.min(record.occurredAt, termEnd), end: termEnd },
    }),
    ...(there(dues) && { dues }),
    ...(there(autoRenew) && { autoRenew }),
    ...(type === 'renewed' && { renewed: true }),
    ...(type === 'payment_failed' && { paymentFailed: true }),
    ...(type === 'payment_received' && { paymentFailed: false }),
    ...(there(tier) && { tier }),
    ...(there(chapter) && { chapter }),
    ...(there(timeZone) && { timeZone }),
    ...(consent !== undefined && Object.keys(consent).length > 0 && { consent }),
  }
}
