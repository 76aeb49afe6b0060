export { type Incompatibility, incompatibilities } from './avro/compatibility.ts'
export { parseSchema } from './avro/parse.ts'
export { type Codec, createCodec, encodeRecord } from './codec.ts'
export { type Effect, effectOfAction } from './effects.ts'
export type { CommunityActivityV1, CommunityActivityV1Input } from './generated/community-activity.ts'
export type { CustomActivityV1, CustomActivityV1Input } from './generated/custom-activity.ts'
export type { EmailActivityV1, EmailActivityV1Input } from './generated/email-activity.ts'
export type { EventAttendanceV1, EventAttendanceV1Input } from './generated/event-attendance.ts'
export type { InterventionV2, InterventionV2Input } from './generated/intervention.ts'
export type { MembershipV1, MembershipV1Input } from './generated/membership.ts'
export type { MemberRiskV1, MemberRiskV1Input } from './generated/member-risk.ts'
export type { OutreachOutcomeV2, OutreachOutcomeV2Input } from './generated/outreach-outcome.ts'
export type { OutreachRequestV1, OutreachRequestV1Input } from './generated/outreach-request.ts'
export type { PurchaseV1, PurchaseV1Input } from './generated/purchase.ts'
export type { WebsiteActivityV1, WebsiteActivityV1Input } from './generated/website-activity.ts'
export type { Intake, Taken } from './intake.ts'
export type { SchemaById } from './reader.ts'
export {
  ACTIVITY_DEAD_TOPIC,
  RISK_DEAD_TOPIC,
  deadTopicOf,
  ERASURE_TOPIC,
  STATE_TOPIC,
  OUTPUT_NAMES,
  type OutputName,
  REPLAY_BY_MODEL,
  REPLAY_CAUSE_HEADER,
  SOURCE_NAMES,
  type SourceName,
  type StreamName,
  registrySubject,
  topicOf,
} from './names.ts'
export {
  type Inputs,
  OUTPUTS,
  type OutputStream,
  type Records,
  SCHEMAS,
  type SourceStream,
  STREAMS,
} from './registry.ts'
export { aliasesOf, mailAddress, type References } from './references.ts'
export { type Topic, TOPICS } from './topics.ts'
export type { TrustRule } from './trust/trust.ts'
export {
  type Dead,
  type Drop,
  type DropReason,
  type Mailbox,
  type MapContext,
  type Ok,
  undecodable,
  type Verdict,
  type Violation,
  type ViolationType,
} from './verdict.ts'
export { readLoosely } from './loose.ts'
export { violationsOf } from './violations.ts'
export { CUSTOM_VOCABULARY, type Meaning, VOCABULARY, type VocabularyStream } from './vocabulary.ts'
export { schemaIdOf, WIRE_HEADER_BYTES } from './wire.ts'
