// Written by scripts/generate.ts from schemas/outreach-outcome/v2.avsc: change that, then run `npm run gen`.

/** What became of Perennial's own outreach. Never engagement. */
export type OutreachOutcomeV2 = Readonly<{
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
  /** The intervention this is the outcome of. */
  interventionId: string
  /** Playbook that asked for it. */
  playbook: string
  /** Step of the playbook. */
  step: string
  /** Channel it went through. */
  channel: string
  /** What became of it. 'superseded': no longer due when its turn came, so not sent. */
  outcome: 'unknown' | 'delivered' | 'failed' | 'bounced' | 'replied' | 'superseded'
  /** One sentence for people to read, without personal data. */
  detail: null | string
  /** What every gate said once more at the moment of sending, in order; null = it came to nothing before, or others tell it. */
  answers: null | readonly Readonly<{
    /** Name of the gate. */
    gate: string
    /** Whether it let the contact pass, held it back, or put it off. */
    answer: 'pass' | 'hold' | 'delay'
    /** Why it held it back. */
    reason: null | string
    /** Until when it put it off. */
    until: null | number
  }>[]
}>

/** What a producer fills in: fields with a default may be left out. */
export type OutreachOutcomeV2Input = Readonly<{
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
  interventionId: string
  playbook: string
  step: string
  channel: string
  outcome: 'unknown' | 'delivered' | 'failed' | 'bounced' | 'replied' | 'superseded'
  detail?: null | string | undefined
  answers?: null | readonly Readonly<{
    gate: string
    answer: 'pass' | 'hold' | 'delay'
    reason?: null | string | undefined
    until?: null | number | undefined
  }>[] | undefined
}>

/** The schema as the registry holds it. */
export const outreachOutcomeSchemaV2 =
  '{"type":"record","name":"OutreachOutcome","namespace":"org.perennial","doc":"What became of Perennial\'s own outreach. Never engagement.","fields":[{"name":"eventId","type":"string","doc":"Made by the producer, unique per fact and the same on every retry: repeated facts are recognised by it. A UUID is best."},{"name":"occurredAt","type":{"type":"long","logicalType":"timestamp-millis"},"doc":"When it happened, by the clock of the system where it happened."},{"name":"sentAt","type":{"type":"long","logicalType":"timestamp-millis"},"doc":"When the producer sent it, by the same clock as occurredAt. A time after the arrival in the log means that this clock runs ahead: both times are then set back by the difference."},{"name":"member","type":{"type":"record","name":"MemberReference","doc":"Who it is about. The strongest reference that is present decides: memberId, then email, then anonymousId, then externalIds.","fields":[{"name":"memberId","type":["null","string"],"default":null,"doc":"The association\'s own member number."},{"name":"email","type":["null","string"],"default":null,"doc":"Email address. Never stored: only a keyed hash of it leaves ingest."},{"name":"anonymousId","type":["null","string"],"default":null,"doc":"Identifier of a browser or device whose member is not known yet."},{"name":"externalIds","type":{"type":"array","items":{"type":"record","name":"ExternalId","doc":"An identifier in another system.","fields":[{"name":"system","type":"string","doc":"Name of the system, for example \'mailchimp\'."},{"name":"id","type":"string","doc":"The identifier in that system."}]}},"default":[],"doc":"Identifiers in other systems. Of several, the one whose system comes first in the alphabet routes the fact."}]},"doc":"Reference to the member."},{"name":"source","type":"string","doc":"The system that produced the fact, for example \'website\' or \'crm\'."},{"name":"interventionId","type":"string","doc":"The intervention this is the outcome of."},{"name":"playbook","type":"string","doc":"Playbook that asked for it."},{"name":"step","type":"string","doc":"Step of the playbook."},{"name":"channel","type":"string","doc":"Channel it went through."},{"name":"outcome","type":{"type":"enum","name":"OutreachResult","doc":"What became of a contact.","symbols":["unknown","delivered","failed","bounced","replied","superseded"],"default":"unknown"},"doc":"What became of it. \'superseded\': no longer due when its turn came, so not sent."},{"name":"detail","type":["null","string"],"default":null,"doc":"One sentence for people to read, without personal data."},{"name":"answers","type":["null",{"type":"array","items":{"type":"record","name":"GateAnswer","doc":"What one gate said.","fields":[{"name":"gate","type":"string","doc":"Name of the gate."},{"name":"answer","type":{"type":"enum","name":"GateVerdict","doc":"What a gate can say.","symbols":["pass","hold","delay"],"default":"hold"},"doc":"Whether it let the contact pass, held it back, or put it off."},{"name":"reason","type":["null","string"],"default":null,"doc":"Why it held it back."},{"name":"until","type":["null",{"type":"long","logicalType":"timestamp-millis"}],"default":null,"doc":"Until when it put it off."}]}}],"default":null,"doc":"What every gate said once more at the moment of sending, in order; null = it came to nothing before, or others tell it."}]}'
