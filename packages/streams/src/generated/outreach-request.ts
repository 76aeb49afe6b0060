// Written by scripts/generate.ts from schemas/outreach-request/v1.avsc: change that, then run `npm run gen`.

/** A contact to be made now: written at the moment of sending, after every gate was asked again. Key = member id. Repeated under the same requestId after a crash; void after expiresAt. */
export type OutreachRequestV1 = Readonly<{
  /** The job's id, the same in every attempt: whoever has seen it does nothing. */
  requestId: string
  /** The decision it comes from: interventionId of the intervention record. */
  interventionId: string
  /** The association's member number. */
  memberId: string
  /** Playbook that asked for it. */
  playbook: string
  /** Step of the playbook. */
  step: string
  /** What it is to say, where the step names it. */
  template: null | string
  /** Who is to act on it. */
  owner: null | string
  /** Consent purpose it is sent under. */
  purpose: string
  /** Band of the risk at the decision. */
  band: 'low' | 'medium' | 'high'
  /** Version of the member-risk record it rests on. */
  riskVersion: number
  /** The membership term it belongs to. */
  termId: string
  /** When it was decided. */
  decidedAt: number
  /** After this instant it must no longer be sent. */
  expiresAt: number
}>

/** What a producer fills in: fields with a default may be left out. */
export type OutreachRequestV1Input = Readonly<{
  requestId: string
  interventionId: string
  memberId: string
  playbook: string
  step: string
  template?: null | string | undefined
  owner?: null | string | undefined
  purpose: string
  band: 'low' | 'medium' | 'high'
  riskVersion: number
  termId: string
  decidedAt: number
  expiresAt: number
}>

/** The schema as the registry holds it. */
export const outreachRequestSchemaV1 =
  '{"type":"record","name":"OutreachRequest","namespace":"org.perennial","doc":"A contact to be made now: written at the moment of sending, after every gate was asked again. Key = member id. Repeated under the same requestId after a crash; void after expiresAt.","fields":[{"name":"requestId","type":"string","doc":"The job\'s id, the same in every attempt: whoever has seen it does nothing."},{"name":"interventionId","type":"string","doc":"The decision it comes from: interventionId of the intervention record."},{"name":"memberId","type":"string","doc":"The association\'s member number."},{"name":"playbook","type":"string","doc":"Playbook that asked for it."},{"name":"step","type":"string","doc":"Step of the playbook."},{"name":"template","type":["null","string"],"default":null,"doc":"What it is to say, where the step names it."},{"name":"owner","type":["null","string"],"default":null,"doc":"Who is to act on it."},{"name":"purpose","type":"string","doc":"Consent purpose it is sent under."},{"name":"band","type":{"type":"enum","name":"RiskBand","doc":"A band of risk.","symbols":["low","medium","high"],"default":"low"},"doc":"Band of the risk at the decision."},{"name":"riskVersion","type":"long","doc":"Version of the member-risk record it rests on."},{"name":"termId","type":"string","doc":"The membership term it belongs to."},{"name":"decidedAt","type":{"type":"long","logicalType":"timestamp-millis"},"doc":"When it was decided."},{"name":"expiresAt","type":{"type":"long","logicalType":"timestamp-millis"},"doc":"After this instant it must no longer be sent."}]}'
