// Written by scripts/generate.ts from schemas/intervention/v1.avsc: change that, then run `npm run gen`.

/** One decision about contacting one member, whether sent or held back. Key = member id. */
export type InterventionV1 = Readonly<{
  /** One per member, membership term, playbook and step; the same in every repeat. */
  interventionId: string
  /** The association's member number. */
  memberId: string
  /** Playbook that asked for it. */
  playbook: string
  /** Step of the playbook. */
  step: string
  /** Channel it goes through. */
  channel: string
  /** Who is to act on it. */
  owner: null | string
  /** Whether it is sent or held back. */
  decision: 'send' | 'hold'
  /** Why it was held back: the gate that said no. */
  reason: null | string
  /** When it was decided. */
  decidedAt: number
  /** Version of the member-risk record it rests on. */
  riskVersion: number
  /** Band of the risk at the decision. */
  band: 'low' | 'medium' | 'high'
  /** The membership term it belongs to. */
  termId: string
  /** After this instant it must no longer be sent. */
  expiresAt: number
  /** Consent purpose it is sent under. */
  purpose: string
}>

/** What a producer fills in: fields with a default may be left out. */
export type InterventionV1Input = Readonly<{
  interventionId: string
  memberId: string
  playbook: string
  step: string
  channel: string
  owner?: null | string | undefined
  decision: 'send' | 'hold'
  reason?: null | string | undefined
  decidedAt: number
  riskVersion: number
  band: 'low' | 'medium' | 'high'
  termId: string
  expiresAt: number
  purpose: string
}>

/** The schema as the registry holds it. */
export const interventionSchemaV1 =
  '{"type":"record","name":"Intervention","namespace":"org.perennial","doc":"One decision about contacting one member, whether sent or held back. Key = member id.","fields":[{"name":"interventionId","type":"string","doc":"One per member, membership term, playbook and step; the same in every repeat."},{"name":"memberId","type":"string","doc":"The association\'s member number."},{"name":"playbook","type":"string","doc":"Playbook that asked for it."},{"name":"step","type":"string","doc":"Step of the playbook."},{"name":"channel","type":"string","doc":"Channel it goes through."},{"name":"owner","type":["null","string"],"default":null,"doc":"Who is to act on it."},{"name":"decision","type":{"type":"enum","name":"InterventionDecision","doc":"What was decided.","symbols":["send","hold"],"default":"hold"},"doc":"Whether it is sent or held back."},{"name":"reason","type":["null","string"],"default":null,"doc":"Why it was held back: the gate that said no."},{"name":"decidedAt","type":{"type":"long","logicalType":"timestamp-millis"},"doc":"When it was decided."},{"name":"riskVersion","type":"long","doc":"Version of the member-risk record it rests on."},{"name":"band","type":{"type":"enum","name":"RiskBand","doc":"A band of risk.","symbols":["low","medium","high"],"default":"low"},"doc":"Band of the risk at the decision."},{"name":"termId","type":"string","doc":"The membership term it belongs to."},{"name":"expiresAt","type":{"type":"long","logicalType":"timestamp-millis"},"doc":"After this instant it must no longer be sent."},{"name":"purpose","type":"string","doc":"Consent purpose it is sent under."}]}'
