// Written by scripts/generate.ts from schemas/website-activity/v1.avsc: change that, then run `npm run gen`.

/** Something a visitor or member did on the website, the learning platform or the app. */
export type WebsiteActivityV1 = Readonly<{
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
  /** What the visitor did. */
  type: 'unknown' | 'page_viewed' | 'content_viewed' | 'content_downloaded' | 'course_completed' | 'benefit_used' | 'search_performed' | 'form_submitted' | 'signed_in' | 'identified'
  /** Address of the page, without personal data in its query. */
  url: null | string
  /** The article, file, course or benefit it was about. */
  contentId: null | string
  /** Title of the page or content, for people to read. */
  title: null | string
  /** What was searched for. */
  query: null | string
  /** Name of the form, for example 'event-interest'. */
  form: null | string
  /** Where the visitor came from. */
  referrer: null | string
  /** How long it took or was on screen, in seconds. */
  durationSeconds: null | number
  /** User agent of the browser: known robots are told by it. */
  userAgent: null | string
  /** Whether the browser says that a program drives it (navigator.webdriver). */
  automated: null | boolean
}>

/** What a producer fills in: fields with a default may be left out. */
export type WebsiteActivityV1Input = Readonly<{
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
  type: 'unknown' | 'page_viewed' | 'content_viewed' | 'content_downloaded' | 'course_completed' | 'benefit_used' | 'search_performed' | 'form_submitted' | 'signed_in' | 'identified'
  url?: null | string | undefined
  contentId?: null | string | undefined
  title?: null | string | undefined
  query?: null | string | undefined
  form?: null | string | undefined
  referrer?: null | string | undefined
  durationSeconds?: null | number | undefined
  userAgent?: null | string | undefined
  automated?: null | boolean | undefined
}>

/** The schema as the registry holds it. */
export const websiteActivitySchemaV1 =
  '{"type":"record","name":"WebsiteActivity","namespace":"org.perennial","doc":"Something a visitor or member did on the website, the learning platform or the app.","fields":[{"name":"eventId","type":"string","doc":"Made by the producer, unique per fact and the same on every retry: repeated facts are recognised by it. A UUID is best."},{"name":"occurredAt","type":{"type":"long","logicalType":"timestamp-millis"},"doc":"When it happened, by the clock of the system where it happened."},{"name":"sentAt","type":{"type":"long","logicalType":"timestamp-millis"},"doc":"When the producer sent it, by the same clock as occurredAt. A time after the arrival in the log means that this clock runs ahead: both times are then set back by the difference."},{"name":"member","type":{"type":"record","name":"MemberReference","doc":"Who it is about. The strongest reference that is present decides: memberId, then email, then anonymousId, then externalIds.","fields":[{"name":"memberId","type":["null","string"],"default":null,"doc":"The association\'s own member number."},{"name":"email","type":["null","string"],"default":null,"doc":"Email address. Never stored: only a keyed hash of it leaves ingest."},{"name":"anonymousId","type":["null","string"],"default":null,"doc":"Identifier of a browser or device whose member is not known yet."},{"name":"externalIds","type":{"type":"array","items":{"type":"record","name":"ExternalId","doc":"An identifier in another system.","fields":[{"name":"system","type":"string","doc":"Name of the system, for example \'mailchimp\'."},{"name":"id","type":"string","doc":"The identifier in that system."}]}},"default":[],"doc":"Identifiers in other systems. Of several, the one whose system comes first in the alphabet routes the fact."}]},"doc":"Reference to the member."},{"name":"source","type":"string","doc":"The system that produced the fact, for example \'website\' or \'crm\'."},{"name":"type","type":{"type":"enum","name":"WebsiteActivityType","doc":"What happened. A symbol this version does not know reads as \'unknown\' and is set aside as Unplanned-Event.","symbols":["unknown","page_viewed","content_viewed","content_downloaded","course_completed","benefit_used","search_performed","form_submitted","signed_in","identified"],"default":"unknown"},"doc":"What the visitor did."},{"name":"url","type":["null","string"],"default":null,"doc":"Address of the page, without personal data in its query."},{"name":"contentId","type":["null","string"],"default":null,"doc":"The article, file, course or benefit it was about."},{"name":"title","type":["null","string"],"default":null,"doc":"Title of the page or content, for people to read."},{"name":"query","type":["null","string"],"default":null,"doc":"What was searched for."},{"name":"form","type":["null","string"],"default":null,"doc":"Name of the form, for example \'event-interest\'."},{"name":"referrer","type":["null","string"],"default":null,"doc":"Where the visitor came from."},{"name":"durationSeconds","type":["null","double"],"default":null,"doc":"How long it took or was on screen, in seconds."},{"name":"userAgent","type":["null","string"],"default":null,"doc":"User agent of the browser: known robots are told by it."},{"name":"automated","type":["null","boolean"],"default":null,"doc":"Whether the browser says that a program drives it (navigator.webdriver)."}]}'
