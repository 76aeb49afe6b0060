// Written by scripts/generate.ts from schemas/email-activity/v1.avsc: change that, then run `npm run gen`.

/** What became of an email to a member, as the email provider reports it. */
export type EmailActivityV1 = Readonly<{
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
  /** What happened to the email. */
  type: 'unknown' | 'sent' | 'delivered' | 'opened' | 'clicked' | 'bounced' | 'unsubscribed' | 'marked_as_spam'
  /** The message, as the provider names it. */
  messageId: null | string
  /** The campaign or newsletter issue. */
  campaignId: null | string
  /** The list it was sent to. */
  listId: null | string
  /** The consent purpose the list serves, for example 'marketing' or 'events': unsubscribing withdraws it. Without one, 'marketing' is withdrawn. */
  purpose: null | string
  /** The link that was followed. */
  linkUrl: null | string
  /** 'hard' or 'soft', where the provider says. */
  bounceKind: null | string
  /** When the message was delivered, by the provider's clock: an open or click within seconds of it is a machine's. */
  deliveredAt: null | number
  /** User agent of the open or click. */
  userAgent: null | string
  /** Network address of the open or click. Read for trust and then forgotten. */
  ip: null | string
  /** HTTP method of the click. A person sends GET; HEAD is a scanner. */
  method: null | string
  /** The provider's own verdict that a machine did it, for example SendGrid's sg_machine_open. */
  machine: null | boolean
  /** How many different links of this message the provider saw followed within ten seconds around this click, itself included. */
  linksFollowedTogether: null | number
  /** Set when Perennial's own outreach asked for this message: what it causes is never counted as engagement. */
  interventionId: null | string
}>

/** What a producer fills in: fields with a default may be left out. */
export type EmailActivityV1Input = Readonly<{
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
  type: 'unknown' | 'sent' | 'delivered' | 'opened' | 'clicked' | 'bounced' | 'unsubscribed' | 'marked_as_spam'
  messageId?: null | string | undefined
  campaignId?: null | string | undefined
  listId?: null | string | undefined
  purpose?: null | string | undefined
  linkUrl?: null | string | undefined
  bounceKind?: null | string | undefined
  deliveredAt?: null | number | undefined
  userAgent?: null | string | undefined
  ip?: null | string | undefined
  method?: null | string | undefined
  machine?: null | boolean | undefined
  linksFollowedTogether?: null | number | undefined
  interventionId?: null | string | undefined
}>

/** The schema as the registry holds it. */
export const emailActivitySchemaV1 =
  '{"type":"record","name":"EmailActivity","namespace":"org.perennial","doc":"What became of an email to a member, as the email provider reports it.","fields":[{"name":"eventId","type":"string","doc":"Made by the producer, unique per fact and the same on every retry: repeated facts are recognised by it. A UUID is best."},{"name":"occurredAt","type":{"type":"long","logicalType":"timestamp-millis"},"doc":"When it happened, by the clock of the system where it happened."},{"name":"sentAt","type":{"type":"long","logicalType":"timestamp-millis"},"doc":"When the producer sent it, by the same clock as occurredAt. A time after the arrival in the log means that this clock runs ahead: both times are then set back by the difference."},{"name":"member","type":{"type":"record","name":"MemberReference","doc":"Who it is about. The strongest reference that is present decides: memberId, then email, then anonymousId, then externalIds.","fields":[{"name":"memberId","type":["null","string"],"default":null,"doc":"The association\'s own member number."},{"name":"email","type":["null","string"],"default":null,"doc":"Email address. Never stored: only a keyed hash of it leaves ingest."},{"name":"anonymousId","type":["null","string"],"default":null,"doc":"Identifier of a browser or device whose member is not known yet."},{"name":"externalIds","type":{"type":"array","items":{"type":"record","name":"ExternalId","doc":"An identifier in another system.","fields":[{"name":"system","type":"string","doc":"Name of the system, for example \'mailchimp\'."},{"name":"id","type":"string","doc":"The identifier in that system."}]}},"default":[],"doc":"Identifiers in other systems. Of several, the one whose system comes first in the alphabet routes the fact."}]},"doc":"Reference to the member."},{"name":"source","type":"string","doc":"The system that produced the fact, for example \'website\' or \'crm\'."},{"name":"type","type":{"type":"enum","name":"EmailActivityType","doc":"What happened. A symbol this version does not know reads as \'unknown\' and is set aside as Unplanned-Event.","symbols":["unknown","sent","delivered","opened","clicked","bounced","unsubscribed","marked_as_spam"],"default":"unknown"},"doc":"What happened to the email."},{"name":"messageId","type":["null","string"],"default":null,"doc":"The message, as the provider names it."},{"name":"campaignId","type":["null","string"],"default":null,"doc":"The campaign or newsletter issue."},{"name":"listId","type":["null","string"],"default":null,"doc":"The list it was sent to."},{"name":"purpose","type":["null","string"],"default":null,"doc":"The consent purpose the list serves, for example \'marketing\' or \'events\': unsubscribing withdraws it. Without one, \'marketing\' is withdrawn."},{"name":"linkUrl","type":["null","string"],"default":null,"doc":"The link that was followed."},{"name":"bounceKind","type":["null","string"],"default":null,"doc":"\'hard\' or \'soft\', where the provider says."},{"name":"deliveredAt","type":["null",{"type":"long","logicalType":"timestamp-millis"}],"default":null,"doc":"When the message was delivered, by the provider\'s clock: an open or click within seconds of it is a machine\'s."},{"name":"userAgent","type":["null","string"],"default":null,"doc":"User agent of the open or click."},{"name":"ip","type":["null","string"],"default":null,"doc":"Network address of the open or click. Read for trust and then forgotten."},{"name":"method","type":["null","string"],"default":null,"doc":"HTTP method of the click. A person sends GET; HEAD is a scanner."},{"name":"machine","type":["null","boolean"],"default":null,"doc":"The provider\'s own verdict that a machine did it, for example SendGrid\'s sg_machine_open."},{"name":"linksFollowedTogether","type":["null","int"],"default":null,"doc":"How many different links of this message the provider saw followed within ten seconds around this click, itself included."},{"name":"interventionId","type":["null","string"],"default":null,"doc":"Set when Perennial\'s own outreach asked for this message: what it causes is never counted as engagement."}]}'
