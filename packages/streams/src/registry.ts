import { ATTENDANCE_FIELDS, attendanceFacts } from './event-attendance.ts'
import { COMMUNITY_FIELDS, communityFacts } from './community-activity.ts'
import { CUSTOM_FIELDS, customFacts } from './custom-activity.ts'
import { EMAIL_FIELDS, emailFacts } from './email-activity.ts'
import {
  type CommunityActivityV1,
  type CommunityActivityV1Input,
  communityActivitySchemaV1,
} from './generated/community-activity.ts'
import {
  type CustomActivityV1,
  type CustomActivityV1Input,
  customActivitySchemaV1,
} from './generated/custom-activity.ts'
import { type EmailActivityV1, type EmailActivityV1Input, emailActivitySchemaV1 } from './generated/email-activity.ts'
import {
  type EventAttendanceV1,
  type EventAttendanceV1Input,
  eventAttendanceSchemaV1,
} from './generated/event-attendance.ts'
import { type InterventionV2, type InterventionV2Input, interventionSchemaV2 } from './generated/intervention.ts'
import { type MemberRiskV1, type MemberRiskV1Input, memberRiskSchemaV1 } from './generated/member-risk.ts'
import { type MembershipV1, type MembershipV1Input, membershipSchemaV1 } from './generated/membership.ts'
import {
  type OutreachOutcomeV2,
  type OutreachOutcomeV2Input,
  outreachOutcomeSchemaV2,
} from './generated/outreach-outcome.ts'
import {
  type OutreachRequestV1,
  type OutreachRequestV1Input,
  outreachRequestSchemaV1,
} from './generated/outreach-request.ts'
import { type PurchaseV1, type PurchaseV1Input, purchaseSchemaV1 } from './generated/purchase.ts'
import {
  type WebsiteActivityV1,
  type WebsiteActivityV1Input,
  websiteActivitySchemaV1,
} from './generated/website-activity.ts'
import { createIntake, type Intake } from './intake.ts'
import { MEMBERSHIP_FIELDS, membershipFacts } from './membership.ts'
import { deadTopicOf, type OutputName, type SourceName, type StreamName, topicOf } from './names.ts'
import { OUTCOME_FIELDS, outcomeFacts } from './outreach-outcome.ts'
import { PURCHASE_FIELDS, purchaseFacts } from './purchase.ts'
import { createReader, type SchemaById } from './reader.ts'
import type { MapContext, Verdict } from './verdict.ts'
import { WEBSITE_FIELDS, websiteFacts } from './website-activity.ts'

/** The record of each stream, as it is read. */
export type Records = {
  'website-activity': WebsiteActivityV1
  'email-activity': EmailActivityV1
  'event-attendance': EventAttendanceV1
  purchase: PurchaseV1
  'community-activity': CommunityActivityV1
  'custom-activity': CustomActivityV1
  membership: MembershipV1
  'outreach-outcome': OutreachOutcomeV2
  'member-risk': MemberRiskV1
  intervention: InterventionV2
  'outreach-request': OutreachRequestV1
}

/** The record of each stream, as it is written: fields with a default may be left out. */
export type Inputs = {
  'website-activity': WebsiteActivityV1Input
  'email-activity': EmailActivityV1Input
  'event-attendance': EventAttendanceV1Input
  purchase: PurchaseV1Input
  'community-activity': CommunityActivityV1Input
  'custom-activity': CustomActivityV1Input
  membership: MembershipV1Input
  'outreach-outcome': OutreachOutcomeV2Input
  'member-risk': MemberRiskV1Input
  intervention: InterventionV2Input
  'outreach-request': OutreachRequestV1Input
}

/** The schema this build reads and writes, as the registry holds it. */
export const SCHEMAS: Readonly<Record<StreamName, string>> = {
  'website-activity': websiteActivitySchemaV1,
  'email-activity': emailActivitySchemaV1,
  'event-attendance': eventAttendanceSchemaV1,
  purchase: purchaseSchemaV1,
  'community-activity': communityActivitySchemaV1,
  'custom-activity': customActivitySchemaV1,
  membership: membershipSchemaV1,
  'outreach-outcome': outreachOutcomeSchemaV2,
  'member-risk': memberRiskSchemaV1,
  intervention: interventionSchemaV2,
  'outreach-request': outreachRequestSchemaV1,
}

export type SourceStream<N extends SourceName> = Readonly<{
  name: N
  topic: `${N}.v1`
  deadTopic: `${N}.v1.dead`
  schema: string
  /** What a record says, as facts. Total: it answers for every record of the schema, and never throws. */
  toFacts(record: Records[N], context: MapContext): Verdict
  /** From a value's bytes to its verdict, reading only the fields that the mapper needs. */
  intake(schemaById: SchemaById): Intake
}>

export type OutputStream<N extends OutputName> = Readonly<{ name: N; topic: `${N}.v1`; schema: string }>

/** Every stream that comes in, one line each. */
export const STREAMS: { readonly [N in SourceName]: SourceStream<N> } = {
  'website-activity': source('website-activity', WEBSITE_FIELDS, websiteFacts),
  'email-activity': source('email-activity', EMAIL_FIELDS, emailFacts),
  'event-attendance': source('event-attendance', ATTENDANCE_FIELDS, attendanceFacts),
  purchase: source('purchase', PURCHASE_FIELDS, purchaseFacts),
  'community-activity': source('community-activity', COMMUNITY_FIELDS, communityFacts),
  'custom-activity': source('custom-activity', CUSTOM_FIELDS, customFacts),
  membership: source('membership', MEMBERSHIP_FIELDS, membershipFacts),
  'outreach-outcome': source('outreach-outcome', OUTCOME_FIELDS, outcomeFacts),
}

/** Every stream that goes out. */
export const OUTPUTS: { readonly [N in OutputName]: OutputStream<N> } = {
  'member-risk': { name: 'member-risk', topic: topicOf('member-risk'), schema: memberRiskSchemaV1 },
  intervention: { name: 'intervention', topic: topicOf('intervention'), schema: interventionSchemaV2 },
  'outreach-request': {
    name: 'outreach-request',
    topic: topicOf('outreach-request'),
    schema: outreachRequestSchemaV1,
  },
}

/** Some fields of a stream's record; every one has the event id. */
type Part<N extends SourceName, K extends keyof Records[N]> = Pick<Records[N], K> & Readonly<{ eventId: string }>

function source<N extends SourceName, K extends keyof Records[N] & string>(
  name: N,
  fields: readonly K[],
  toFacts: (record: Part<N, K>, context: MapContext) => Verdict,
): SourceStream<N> {
  const schema = SCHEMAS[name]
  const intake = (schemaById: SchemaById) => createIntake(createReader<Part<N, K>>(schema, schemaById, fields), toFacts)
  return { name, topic: topicOf(name), deadTopic: deadTopicOf(name), schema, toFacts, intake }
}
