// Written by scripts/generate.ts from schemas/event-attendance/v1.avsc: change that, then run `npm run gen`.

/** A member's part in a conference, meeting, webinar or course date. */
export type EventAttendanceV1 = Readonly<{
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
  /** What the member did. */
  type: 'unknown' | 'registered' | 'attended' | 'missed' | 'cancelled'
  /** The event, as the event system names it. */
  event: string
  /** Title of the event, for people to read. */
  title: null | string
  /** When the event begins. */
  startsAt: null | number
  /** How people meet at the event. */
  format: 'unknown' | 'in_person' | 'online' | 'hybrid'
  /** The member's role, for example 'attendee', 'speaker' or 'organiser'. */
  role: null | string
  /** Continuing education credit earned, in hours. */
  creditHours: null | number
}>

/** What a producer fills in: fields with a default may be left out. */
export type EventAttendanceV1Input = Readonly<{
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
  type: 'unknown' | 'registered' | 'attended' | 'missed' | 'cancelled'
  event: string
  title?: null | string | undefined
  startsAt?: null | number | undefined
  format?: 'unknown' | 'in_person' | 'online' | 'hybrid' | undefined
  role?: null | string | undefined
  creditHours?: null | number | undefined
}>

/** The schema as the registry holds it. */
export const eventAttendanceSchemaV1 =
  '{"type":"record","name":"EventAttendance","namespace":"org.perennial","doc":"A member\'s part in a conference, meeting, webinar or course date.","fields":[{"name":"eventId","type":"string","doc":"Made by the producer, unique per fact and the same on every retry: repeated facts are recognised by it. A UUID is best."},{"name":"occurredAt","type":{"type":"long","logicalType":"timestamp-millis"},"doc":"When it happened, by the clock of the system where it happened."},{"name":"sentAt","type":{"type":"long","logicalType":"timestamp-millis"},"doc":"When the producer sent it, by the same clock as occurredAt. A time after the arrival in the log means that this clock runs ahead: both times are then set back by the difference."},{"name":"member","type":{"type":"record","name":"MemberReference","doc":"Who it is about. The strongest reference that is present decides: memberId, then email, then anonymousId, then externalIds.","fields":[{"name":"memberId","type":["null","string"],"default":null,"doc":"The association\'s own member number."},{"name":"email","type":["null","string"],"default":null,"doc":"Email address. Never stored: only a keyed hash of it leaves ingest."},{"name":"anonymousId","type":["null","string"],"default":null,"doc":"Identifier of a browser or device whose member is not known yet."},{"name":"externalIds","type":{"type":"array","items":{"type":"record","name":"ExternalId","doc":"An identifier in another system.","fields":[{"name":"system","type":"string","doc":"Name of the system, for example \'mailchimp\'."},{"name":"id","type":"string","doc":"The identifier in that system."}]}},"default":[],"doc":"Identifiers in other systems. Of several, the one whose system comes first in the alphabet routes the fact."}]},"doc":"Reference to the member."},{"name":"source","type":"string","doc":"The system that produced the fact, for example \'website\' or \'crm\'."},{"name":"type","type":{"type":"enum","name":"EventAttendanceType","doc":"What happened. A symbol this version does not know reads as \'unknown\' and is set aside as Unplanned-Event.","symbols":["unknown","registered","attended","missed","cancelled"],"default":"unknown"},"doc":"What the member did."},{"name":"event","type":"string","doc":"The event, as the event system names it."},{"name":"title","type":["null","string"],"default":null,"doc":"Title of the event, for people to read."},{"name":"startsAt","type":["null",{"type":"long","logicalType":"timestamp-millis"}],"default":null,"doc":"When the event begins."},{"name":"format","type":{"type":"enum","name":"EventFormat","doc":"How people meet.","symbols":["unknown","in_person","online","hybrid"],"default":"unknown"},"default":"unknown","doc":"How people meet at the event."},{"name":"role","type":["null","string"],"default":null,"doc":"The member\'s role, for example \'attendee\', \'speaker\' or \'organiser\'."},{"name":"creditHours","type":["null","double"],"default":null,"doc":"Continuing education credit earned, in hours."}]}'
