import type { ActivityFact, EpochMs, Fact, LinkFact, SubjectKey } from '@perennial/member'
import { correctedTime, EARLIEST_MS } from './clock.ts'
import type { Effect } from './effects.ts'
import { overlongReference, type References, subjectOf } from './references.ts'
import { PERSON, type Trust } from './trust/trust.ts'
import { type Dead, dead, type MapContext, NO_SIGNAL, type Ok, type Verdict } from './verdict.ts'

/** What every source record carries. */
export type Envelope = Readonly<{ eventId: string; occurredAt: EpochMs; sentAt: EpochMs; member: References }>

/** The fields of the envelope that are read. */
export const ENVELOPE_FIELDS = ['eventId', 'occurredAt', 'sentAt', 'member'] as const

/** The parts that all facts of one record share. */
export type Origin = Readonly<{
  subject: SubjectKey
  source: MapContext['source']
  idHi: number
  idLo: number
  at: EpochMs
}>

const LONGEST_EVENT_ID = 256
/** More external identifiers than this are a mistake, and a block could not hold their links. */
const MOST_EXTERNAL_IDS = 20

/** Checks what every record must have, and says whom and when it is about. */
export function readEnvelope(record: Envelope, context: MapContext): Origin | Dead {
  const { eventId, occurredAt, member } = record
  if (eventId === '') return dead('Required-Missing', 'eventId', 'The event id is empty.')
  if (eventId.length > LONGEST_EVENT_ID) return tooLong('eventId', LONGEST_EVENT_ID)
  if (occurredAt === 0) return dead('Required-Missing', 'occurredAt', 'The time it happened is zero.')
  if (occurredAt < EARLIEST_MS) {
    return dead('Datatype-Mismatch', 'occurredAt', 'The time lies before 1980; it must be in milliseconds since 1970.')
  }
  const overlong = overlongReference(member)
  if (overlong !== undefined) return tooLong(overlong, 247)
  if (member.externalIds.length > MOST_EXTERNAL_IDS) return tooMany('member.externalIds', MOST_EXTERNAL_IDS)
  const subject = subjectOf(member, context.hashEmail)
  if (subject === undefined) {
    return dead('Required-Missing', 'member', 'No reference names one person: empty, a filler, or a shared mailbox.')
  }
  const { hi, lo } = context.hashId(eventId)
  const at = correctedTime(occurredAt, record.sentAt, context.receivedAt, context.maxFutureMs)
  return { subject, source: context.source, idHi: hi, idLo: lo, at }
}

export function isDead(origin: Origin | Dead): origin is Dead {
  return 'violation' in origin
}

export function tooLong(field: string, most: number): Dead {
  return dead('Datatype-Mismatch', field, `The text is longer than ${most} bytes.`)
}

export function tooMany(field: string, most: number): Dead {
  return dead('Datatype-Mismatch', field, `There are more than ${most} entries.`)
}

/** The verdict on a type this version does not know; nothing of it may be guessed. */
export function unplanned(field: string): Dead {
  return dead('Unplanned-Event', field, 'This version does not know the type: upgrade, then replay the record.')
}

/** The one activity fact of a record of which nothing else follows. */
export function single(origin: Origin, effect: Effect | undefined, trust: Trust = PERSON): Verdict {
  if (effect === undefined) return NO_SIGNAL
  return ok([activity(origin, effect, trust, 0)], trust)
}

export function ok(facts: readonly Fact[], trust: Trust = PERSON): Ok {
  return trust.rule === undefined ? { kind: 'ok', facts } : { kind: 'ok', facts, rule: trust.rule }
}

export function activity(origin: Origin, effect: Effect, trust: Trust, index: number): ActivityFact {
  const { stream, partition, offset } = origin.source
  return {
    kind: 'activity',
    subject: origin.subject,
    source: { stream, partition, offset, index },
    idHi: origin.idHi,
    idLo: origin.idLo,
    at: origin.at,
    signal: effect.signal,
    amount: effect.amount,
    trust: trust.trust,
  }
}

/**
 * One link for every weaker reference of a record to its strongest. Only types that prove that the
 * references belong together (a login, a purchase, the member database) may call this. Links lead from
 * weaker to stronger references only, so they form chains and never circles.
 */
export function linksOf(origin: Origin, aliases: () => readonly SubjectKey[], from: number): LinkFact[] {
  return aliases()
    .filter((alias) => alias !== origin.subject)
    .map((alias, i) => ({
      kind: 'link',
      subject: alias,
      source: { ...origin.source, index: from + i },
      idHi: origin.idHi,
      idLo: origin.idLo,
      at: origin.at,
      member: origin.subject,
    }))
}
