// Written by scripts/generate.ts from schemas/custom-activity/v1.avsc: change that, then run `npm run gen`.

/** Activity that no other stream has a type for. Which streams and actions count, and as what, is said by the deployment's signals file. */
export type CustomActivityV1 = Readonly<{
  /** Made by the producer, unique per fact and the same on every retry: repeated facts are recognised by it. A UUID is best. */
  eventId: string
  /** When it happened, by the clock of the system where it happened. */
  occurredAt: number
  /** When the producer sent it, by the same clock as occurredAt. A time after the arrival in the log means that this clock runs ahead: both times are then set back by the difference. */
  sentAt: number
  /** Reference to the member. */
  member: Readonly<{
    /** The association's own member number. */
    memberId: null | string
    /** Email address. Never stored: only a keyed hash of it leaves ingest. */
    email: null | string
    /** Identifier of a browser or device whose member is not known yet. */
    anonymousId: null | string
    /** Identifiers in other systems. Of several, the one whose system comes first in the alphabet routes the fact. */
    externalIds: readonly Readonly<{
      /** Name of the system, for example 'mailchimp'. */
      system: string
      /** The identifier in that system. */
      id: string
    }>[]
  }>
  /** The system that produced the fact, for example 'website' or 'crm'. */
  source: string
  /** The stream it belongs to, as the deployment's signals file names it, for example 'forum'. */
  stream: string
  /** What the member did there, as the deployment's signals file names it, for example 'posted'. Each action of a stream is a signal of its own. */
  action: string
  /** What it was done to or with: a document, a project, a place. */
  object: null | string
  /** A quantity that belongs to it, such as hours or money. An activity counts once, whatever its value. */
  value: null | number
}>

/** What a producer fills in: fields with a default may be left out. */
export type CustomActivityV1Input = Readonly<{
  eventId: string
  occurredAt: number
  sentAt: number
  member: Readonly<{
    memberId?: null | string | undefined
    email?: null | string | undefined
    anonymousId?: null | string | undefined
    externalIds?: readonly Readonly<{
      system: string
      id: string
    }>[] | undefined
  }>
  source: string
  stream: string
  action: string
  object?: null | string | undefined
  value?: null | number | undefined
}>

/** The schema as the registry holds it. */
export const customActivitySchemaV1 =
  '{"type":"record","name":"CustomActivity","namespace":"org.perennial","doc":"Activity that no other stream has a type for. Which streams and actions count, and as what, is said by the deployment\'s signals file.","fields":[{"name":"eventId","type":"string","doc":"Made by the producer, unique per fact and the same on every retry: repeated facts are recognised by it. A UUID is best."},{"name":"occurredAt","type":{"type":"long","logicalType":"timestamp-millis"},"doc":"When it happened, by the clock of the system where it happened."},{"name":"sentAt","type":{"type":"long","logicalType":"timestamp-millis"},"doc":"When the producer sent it, by the same clock as occurredAt. A time after the arrival in the log means that this clock runs ahead: both times are then set back by the difference."},{"name":"member","type":{"type":"record","name":"MemberReference","doc":"Who it is about. The strongest reference that is present decides: memberId, then email, then anonymousId, then externalIds.","fields":[{"name":"memberId","type":["null","string"],"default":null,"doc":"The association\'s own member number."},{"name":"email","type":["null","string"],"default":null,"doc":"Email address. Never stored: only a keyed hash of it leaves ingest."},{"name":"anonymousId","type":["null","string"],"default":null,"doc":"Identifier of a browser or device whose member is not known yet."},{"name":"externalIds","type":{"type":"array","items":{"type":"record","name":"ExternalId","doc":"An identifier in another system.","fields":[{"name":"system","type":"string","doc":"Name of the system, for example \'mailchimp\'."},{"name":"id","type":"string","doc":"The identifier in that system."}]}},"default":[],"doc":"Identifiers in other systems. Of several, the one whose system comes first in the alphabet routes the fact."}]},"doc":"Reference to the member."},{"name":"source","type":"string","doc":"The system that produced the fact, for example \'website\' or \'crm\'."},{"name":"stream","type":"string","doc":"The stream it belongs to, as the deployment\'s signals file names it, for example \'forum\'."},{"name":"action","type":"string","doc":"What the member did there, as the deployment\'s signals file names it, for example \'posted\'. Each action of a stream is a signal of its own."},{"name":"object","type":["null","string"],"default":null,"doc":"What it was done to or with: a document, a project, a place."},{"name":"value","type":["null","double"],"default":null,"doc":"A quantity that belongs to it, such as hours or money. An activity counts once, whatever its value."}]}'
