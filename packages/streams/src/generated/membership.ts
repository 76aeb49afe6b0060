// Written by scripts/generate.ts from schemas/membership/v1.avsc: change that, then run `npm run gen`.

/** A change in the association's member database. Every part that is present replaces what was known before; a part that is null leaves it as it was. */
export type MembershipV1 = Readonly<{
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
  /** What changed. */
  type: 'unknown' | 'joined' | 'renewed' | 'lapsed' | 'term_changed' | 'auto_renew_changed' | 'payment_failed' | 'payment_received' | 'profile_changed' | 'consent_changed' | 'reference_unlinked'
  /** When the person first became a member. */
  joinedAt: null | number
  /** First instant of the membership term. */
  termStart: null | number
  /** Instant at which the membership term ends unless it is renewed. */
  termEnd: null | number
  /** Dues of the term, in units of the currency. */
  dues: null | number
  /** ISO 4217 code of the currency of the dues. */
  currency: null | string
  /** Whether the term renews by itself. */
  autoRenew: null | boolean
  /** Kind of membership, for example 'student' or 'fellow'. */
  tier: null | string
  /** Chapter or section the member belongs to. */
  chapter: null | string
  /** IANA name of the member's time zone, for example 'Europe/Zurich'. */
  timeZone: null | string
  /** Consent by purpose: true given, false withdrawn. Purposes that are not named stay as they were. */
  consent: Readonly<Record<string, boolean>>
  /** All of the member's email addresses: each becomes an alias of the member. */
  emails: readonly string[]
}>

/** What a producer fills in: fields with a default may be left out. */
export type MembershipV1Input = Readonly<{
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
  type: 'unknown' | 'joined' | 'renewed' | 'lapsed' | 'term_changed' | 'auto_renew_changed' | 'payment_failed' | 'payment_received' | 'profile_changed' | 'consent_changed' | 'reference_unlinked'
  joinedAt?: null | number | undefined
  termStart?: null | number | undefined
  termEnd?: null | number | undefined
  dues?: null | number | undefined
  currency?: null | string | undefined
  autoRenew?: null | boolean | undefined
  tier?: null | string | undefined
  chapter?: null | string | undefined
  timeZone?: null | string | undefined
  consent?: Readonly<Record<string, boolean>> | undefined
  emails?: readonly string[] | undefined
}>

/** The schema as the registry holds it. */
export const membershipSchemaV1 =
  '{"type":"record","name":"Membership","namespace":"org.perennial","doc":"A change in the association\'s member database. Every part that is present replaces what was known before; a part that is null leaves it as it was.","fields":[{"name":"eventId","type":"string","doc":"Made by the producer, unique per fact and the same on every retry: repeated facts are recognised by it. A UUID is best."},{"name":"occurredAt","type":{"type":"long","logicalType":"timestamp-millis"},"doc":"When it happened, by the clock of the system where it happened."},{"name":"sentAt","type":{"type":"long","logicalType":"timestamp-millis"},"doc":"When the producer sent it, by the same clock as occurredAt. A time after the arrival in the log means that this clock runs ahead: both times are then set back by the difference."},{"name":"member","type":{"type":"record","name":"MemberReference","doc":"Who it is about. The strongest reference that is present decides: memberId, then email, then anonymousId, then externalIds.","fields":[{"name":"memberId","type":["null","string"],"default":null,"doc":"The association\'s own member number."},{"name":"email","type":["null","string"],"default":null,"doc":"Email address. Never stored: only a keyed hash of it leaves ingest."},{"name":"anonymousId","type":["null","string"],"default":null,"doc":"Identifier of a browser or device whose member is not known yet."},{"name":"externalIds","type":{"type":"array","items":{"type":"record","name":"ExternalId","doc":"An identifier in another system.","fields":[{"name":"system","type":"string","doc":"Name of the system, for example \'mailchimp\'."},{"name":"id","type":"string","doc":"The identifier in that system."}]}},"default":[],"doc":"Identifiers in other systems. Of several, the one whose system comes first in the alphabet routes the fact."}]},"doc":"Reference to the member."},{"name":"source","type":"string","doc":"The system that produced the fact, for example \'website\' or \'crm\'."},{"name":"type","type":{"type":"enum","name":"MembershipType","doc":"What happened. A symbol this version does not know reads as \'unknown\' and is set aside as Unplanned-Event.","symbols":["unknown","joined","renewed","lapsed","term_changed","auto_renew_changed","payment_failed","payment_received","profile_changed","consent_changed","reference_unlinked"],"default":"unknown"},"doc":"What changed."},{"name":"joinedAt","type":["null",{"type":"long","logicalType":"timestamp-millis"}],"default":null,"doc":"When the person first became a member."},{"name":"termStart","type":["null",{"type":"long","logicalType":"timestamp-millis"}],"default":null,"doc":"First instant of the membership term."},{"name":"termEnd","type":["null",{"type":"long","logicalType":"timestamp-millis"}],"default":null,"doc":"Instant at which the membership term ends unless it is renewed."},{"name":"dues","type":["null","double"],"default":null,"doc":"Dues of the term, in units of the currency."},{"name":"currency","type":["null","string"],"default":null,"doc":"ISO 4217 code of the currency of the dues."},{"name":"autoRenew","type":["null","boolean"],"default":null,"doc":"Whether the term renews by itself."},{"name":"tier","type":["null","string"],"default":null,"doc":"Kind of membership, for example \'student\' or \'fellow\'."},{"name":"chapter","type":["null","string"],"default":null,"doc":"Chapter or section the member belongs to."},{"name":"timeZone","type":["null","string"],"default":null,"doc":"IANA name of the member\'s time zone, for example \'Europe/Zurich\'."},{"name":"consent","type":{"type":"map","values":"boolean"},"default":{},"doc":"Consent by purpose: true given, false withdrawn. Purposes that are not named stay as they were."},{"name":"emails","type":{"type":"array","items":"string"},"default":[],"doc":"All of the member\'s email addresses: each becomes an alias of the member."}]}'
