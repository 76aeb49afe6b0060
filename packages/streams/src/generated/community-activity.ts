// Written by scripts/generate.ts from schemas/community-activity/v1.avsc: change that, then run `npm run gen`.

/** Taking part: in the online community, in committees, as a mentor or volunteer. Belonging is what keeps members. */
export type CommunityActivityV1 = Readonly<{
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
  /** What the member did or received. */
  type: 'unknown' | 'post' | 'reply_given' | 'reply_received' | 'reaction_given' | 'reaction_received' | 'volunteered' | 'committee_joined' | 'mentoring' | 'referral'
  /** The forum, group, committee or programme. */
  community: null | string
  /** The thread or question it belongs to. */
  threadId: null | string
  /** Member number of the other person: who was answered, mentored or referred. */
  counterpart: null | string
  /** Time given, in hours. */
  hours: null | number
}>

/** What a producer fills in: fields with a default may be left out. */
export type CommunityActivityV1Input = Readonly<{
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
  type: 'unknown' | 'post' | 'reply_given' | 'reply_received' | 'reaction_given' | 'reaction_received' | 'volunteered' | 'committee_joined' | 'mentoring' | 'referral'
  community?: null | string | undefined
  threadId?: null | string | undefined
  counterpart?: null | string | undefined
  hours?: null | number | undefined
}>

/** The schema as the registry holds it. */
export const communityActivitySchemaV1 =
  '{"type":"record","name":"CommunityActivity","namespace":"org.perennial","doc":"Taking part: in the online community, in committees, as a mentor or volunteer. Belonging is what keeps members.","fields":[{"name":"eventId","type":"string","doc":"Made by the producer, unique per fact and the same on every retry: repeated facts are recognised by it. A UUID is best."},{"name":"occurredAt","type":{"type":"long","logicalType":"timestamp-millis"},"doc":"When it happened, by the clock of the system where it happened."},{"name":"sentAt","type":{"type":"long","logicalType":"timestamp-millis"},"doc":"When the producer sent it, by the same clock as occurredAt. A time after the arrival in the log means that this clock runs ahead: both times are then set back by the difference."},{"name":"member","type":{"type":"record","name":"MemberReference","doc":"Who it is about. The strongest reference that is present decides: memberId, then email, then anonymousId, then externalIds.","fields":[{"name":"memberId","type":["null","string"],"default":null,"doc":"The association\'s own member number."},{"name":"email","type":["null","string"],"default":null,"doc":"Email address. Never stored: only a keyed hash of it leaves ingest."},{"name":"anonymousId","type":["null","string"],"default":null,"doc":"Identifier of a browser or device whose member is not known yet."},{"name":"externalIds","type":{"type":"array","items":{"type":"record","name":"ExternalId","doc":"An identifier in another system.","fields":[{"name":"system","type":"string","doc":"Name of the system, for example \'mailchimp\'."},{"name":"id","type":"string","doc":"The identifier in that system."}]}},"default":[],"doc":"Identifiers in other systems. Of several, the one whose system comes first in the alphabet routes the fact."}]},"doc":"Reference to the member."},{"name":"source","type":"string","doc":"The system that produced the fact, for example \'website\' or \'crm\'."},{"name":"type","type":{"type":"enum","name":"CommunityActivityType","doc":"What happened. A symbol this version does not know reads as \'unknown\' and is set aside as Unplanned-Event.","symbols":["unknown","post","reply_given","reply_received","reaction_given","reaction_received","volunteered","committee_joined","mentoring","referral"],"default":"unknown"},"doc":"What the member did or received."},{"name":"community","type":["null","string"],"default":null,"doc":"The forum, group, committee or programme."},{"name":"threadId","type":["null","string"],"default":null,"doc":"The thread or question it belongs to."},{"name":"counterpart","type":["null","string"],"default":null,"doc":"Member number of the other person: who was answered, mentored or referred."},{"name":"hours","type":["null","double"],"default":null,"doc":"Time given, in hours."}]}'
