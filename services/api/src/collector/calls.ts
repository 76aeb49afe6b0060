import type { Vocabulary } from '@perennial/member'
import { CUSTOM_VOCABULARY, type SourceName, type Violation, VOCABULARY } from '@perennial/streams'
import { openEvent } from './open-event.ts'
import { readFields } from './fields.ts'
import { isObject, readerOf, type Reader } from './read.ts'

export const CALL_TYPES = ['track', 'identify', 'page'] as const
export type CallType = (typeof CALL_TYPES)[number]

/** A record for a stream, in the form of its schema but not checked against it yet. */
export type SourceRecord = Readonly<{ stream: SourceName; record: Readonly<Record<string, unknown>> }>

export type Mapped =
  | Readonly<{ kind: 'records'; messageId: string; records: readonly SourceRecord[] }>
  | Readonly<{ kind: 'rejected'; messageId: string | undefined; violations: readonly Violation[] }>

export type CallContext = Readonly<{
  /** Fixed by the address it was sent to; in a batch each call names its own. */
  type?: CallType
  receivedAt: number
  newId: () => string
  /** The signals of the deployment: its own may be tracked by name. */
  vocabulary: Vocabulary
}>

const LONGEST_ID = 200

/** Turns one Segment-style call into records of our streams, or says what is wrong with it. */
export function mapCall(call: unknown, context: CallContext): Mapped {
  if (!isObject(call))
    return rejected(undefined, [{ type: 'Datatype-Mismatch', field: '', description: 'Must be an object.' }])
  const reader = readerOf(call)
  const type = context.type ?? reader.text(['type'])
  const meanings = meaningsOf(type, reader, context.vocabulary)
  const envelope = readEnvelope(reader, context)
  const records = meanings.map(({ stream, says, suffix }) => ({
    stream,
    record: {
      ...envelope,
      eventId: `${envelope.eventId}${suffix ?? ''}`,
      ...says,
      ...readFields(stream, reader),
    },
  }))
  if (reader.violations.length > 0) return rejected(reader.text(['messageId']), reader.violations)
  return { kind: 'records', messageId: envelope.eventId, records }
}

type Meaning = Readonly<{ stream: SourceName; says: Readonly<Record<string, string>>; suffix?: string }>

/** Event names as producers write them, and what they are here. From the vocabulary, so that there is one table. */
const TRACKED = new Map<string, Meaning>([
  ...Object.entries(VOCABULARY).flatMap(([stream, types]) =>
    Object.entries<Readonly<{ segment: string }>>(types)
      .filter(([, { segment }]) => segment.startsWith('track '))
      .map(([type, { segment }]): [string, Meaning] => [
        eventOf(segment),
        { stream: stream as SourceName, says: { [stream === 'outreach-outcome' ? 'outcome' : 'type']: type } },
      ]),
  ),
  ...Object.entries(CUSTOM_VOCABULARY).flatMap(([stream, actions]) =>
    Object.entries<Readonly<{ segment: string }>>(actions).map(([action, { segment }]): [string, Meaning] => [
      eventOf(segment),
      { stream: 'custom-activity', says: { stream, action } },
    ]),
  ),
])

function eventOf(segment: string): string {
  return segment.slice('track '.length).toLowerCase()
}

const PROFILE_TRAITS = ['traits.tier', 'traits.chapter', 'traits.time_zone', 'traits.consent']

function meaningsOf(type: string | undefined, reader: Reader, vocabulary: Vocabulary): readonly Meaning[] {
  if (type === 'page') return [{ stream: 'website-activity', says: { type: 'page_viewed' } }]
  if (type === 'identify') return identifyMeanings(reader)
  if (type !== 'track') {
    const description = `Must be one of ${CALL_TYPES.join(', ')}: other calls carry nothing that is scored.`
    reader.violations.push({
      type: type === undefined ? 'Required-Missing' : 'Unplanned-Event',
      field: 'type',
      description,
    })
    return []
  }
  const event = reader.text(['event'])
  const meaning = event === undefined ? undefined : trackedMeaning(event, vocabulary)
  if (meaning !== undefined) return [meaning]
  const description =
    'No event of this name is in the vocabulary, or in the signals file (PERENNIAL_SIGNALS). All built-in ones: schemas/README.md.'
  reader.violations.push({
    type: event === undefined ? 'Required-Missing' : 'Unplanned-Event',
    field: 'event',
    description,
  })
  return []
}

function trackedMeaning(event: string, vocabulary: Vocabulary): Meaning | undefined {
  const builtIn = TRACKED.get(event.trim().toLowerCase())
  if (builtIn !== undefined) return builtIn
  const says = openEvent(vocabulary, event)
  return says && { stream: 'custom-activity', says }
}

/** `identify` says who a visitor is. With traits the member database keeps, it also changes the profile. */
function identifyMeanings(reader: Reader): readonly Meaning[] {
  const identified: Meaning = { stream: 'website-activity', says: { type: 'identified' } }
  if (reader.find(PROFILE_TRAITS) === undefined || reader.find(['userId']) === undefined) return [identified]
  return [identified, { stream: 'membership', says: { type: 'profile_changed' }, suffix: ':profile' }]
}

type Envelope = Readonly<{
  eventId: string
  occurredAt: number
  sentAt: number
  source: string
  member: Readonly<Record<string, unknown>>
}>

function readEnvelope(reader: Reader, { receivedAt, newId }: CallContext): Envelope {
  return {
    eventId: reader.text(['messageId'], LONGEST_ID) ?? newId(),
    occurredAt: reader.instant(['originalTimestamp', 'timestamp']) ?? receivedAt,
    // A clock that runs ahead is set right by ingest, from this and the time of arrival.
    sentAt: reader.instant(['sentAt']) ?? receivedAt,
    source: reader.text(['context.library.name'], LONGEST_ID) ?? 'http',
    member: readMember(reader),
  }
}

const EMAIL_PATHS = ['traits.email', 'context.traits.email', 'properties.email']

function readMember(reader: Reader): Readonly<Record<string, unknown>> {
  const member = {
    memberId: reader.text(['userId'], LONGEST_ID) ?? null,
    anonymousId: reader.text(['anonymousId'], LONGEST_ID) ?? null,
    email: reader.text(EMAIL_PATHS, LONGEST_ID) ?? null,
    externalIds: readExternalIds(reader),
  }
  if (reader.find(['userId', 'anonymousId', ...EMAIL_PATHS, 'context.externalIds']) === undefined) {
    const description = 'Must say who it is about: userId, anonymousId, an email trait or context.externalIds.'
    reader.violations.push({ type: 'Required-Missing', field: 'userId', description })
  }
  return member
}

function readExternalIds(reader: Reader): readonly Readonly<{ system: string; id: string }>[] {
  const path = 'context.externalIds'
  const list = reader.find([path])?.value
  if (list === undefined) return []
  const ids = Array.isArray(list) ? list.map(externalId) : [undefined]
  const wrong = ids.indexOf(undefined)
  if (wrong === -1) return ids.filter((id) => id !== undefined)
  const field = Array.isArray(list) ? `${path}.${wrong}` : path
  reader.violations.push({
    type: 'Datatype-Mismatch',
    field,
    description: 'Must be a list of { id, type }, both texts.',
  })
  return []
}

function externalId(value: unknown): Readonly<{ system: string; id: string }> | undefined {
  const { id, type } = isObject(value) ? value : {}
  return typeof id === 'string' && typeof type === 'string' ? { system: type, id } : undefined
}

function rejected(messageId: string | undefined, violations: readonly Violation[]): Mapped {
  return { kind: 'rejected', messageId, violations }
}
