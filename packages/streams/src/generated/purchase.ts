// Written by scripts/generate.ts from schemas/purchase/v1.avsc: change that, then run `npm run gen`.

/** An order in the shop: publications, courses, tickets, donations. Membership dues belong to the membership stream. */
export type PurchaseV1 = Readonly<{
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
  /** What happened to the order. */
  type: 'unknown' | 'order_completed' | 'order_refunded'
  /** The order, as the shop names it. */
  orderId: string
  /** Total of the order in units of the currency; of a refund, the amount given back, also positive. */
  value: number
  /** ISO 4217 code of the currency. */
  currency: null | string
  /** What was bought, for example 'publication', 'course', 'ticket' or 'donation'. */
  category: null | string
  /** How many items the order holds. */
  quantity: null | number
}>

/** What a producer fills in: fields with a default may be left out. */
export type PurchaseV1Input = Readonly<{
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
  type: 'unknown' | 'order_completed' | 'order_refunded'
  orderId: string
  value: number
  currency?: null | string | undefined
  category?: null | string | undefined
  quantity?: null | number | undefined
}>

/** The schema as the registry holds it. */
export const purchaseSchemaV1 =
  '{"type":"record","name":"Purchase","namespace":"org.perennial","doc":"An order in the shop: publications, courses, tickets, donations. Membership dues belong to the membership stream.","fields":[{"name":"eventId","type":"string","doc":"Made by the producer, unique per fact and the same on every retry: repeated facts are recognised by it. A UUID is best."},{"name":"occurredAt","type":{"type":"long","logicalType":"timestamp-millis"},"doc":"When it happened, by the clock of the system where it happened."},{"name":"sentAt","type":{"type":"long","logicalType":"timestamp-millis"},"doc":"When the producer sent it, by the same clock as occurredAt. A time after the arrival in the log means that this clock runs ahead: both times are then set back by the difference."},{"name":"member","type":{"type":"record","name":"MemberReference","doc":"Who it is about. The strongest reference that is present decides: memberId, then email, then anonymousId, then externalIds.","fields":[{"name":"memberId","type":["null","string"],"default":null,"doc":"The association\'s own member number."},{"name":"email","type":["null","string"],"default":null,"doc":"Email address. Never stored: only a keyed hash of it leaves ingest."},{"name":"anonymousId","type":["null","string"],"default":null,"doc":"Identifier of a browser or device whose member is not known yet."},{"name":"externalIds","type":{"type":"array","items":{"type":"record","name":"ExternalId","doc":"An identifier in another system.","fields":[{"name":"system","type":"string","doc":"Name of the system, for example \'mailchimp\'."},{"name":"id","type":"string","doc":"The identifier in that system."}]}},"default":[],"doc":"Identifiers in other systems. Of several, the one whose system comes first in the alphabet routes the fact."}]},"doc":"Reference to the member."},{"name":"source","type":"string","doc":"The system that produced the fact, for example \'website\' or \'crm\'."},{"name":"type","type":{"type":"enum","name":"PurchaseType","doc":"What happened. A symbol this version does not know reads as \'unknown\' and is set aside as Unplanned-Event.","symbols":["unknown","order_completed","order_refunded"],"default":"unknown"},"doc":"What happened to the order."},{"name":"orderId","type":"string","doc":"The order, as the shop names it."},{"name":"value","type":"double","doc":"Total of the order in units of the currency; of a refund, the amount given back, also positive."},{"name":"currency","type":["null","string"],"default":null,"doc":"ISO 4217 code of the currency."},{"name":"category","type":["null","string"],"default":null,"doc":"What was bought, for example \'publication\', \'course\', \'ticket\' or \'donation\'."},{"name":"quantity","type":["null","int"],"default":null,"doc":"How many items the order holds."}]}'
