// Written by scripts/generate.ts from schemas/intervention/v2.avsc: change that, then run `npm run gen`.

/** One decision about contacting one member, whether sent or held back: the whole entry of the ledger as it was decided. Key = member id. */
export type InterventionV2 = Readonly<{
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
  /** Channel it goes through where its own is not set up. */
  fallback: null | string
  /** When it is to go out; null = never, it was held back. */
  sendAt: null | number
  /** What every gate said, in order. */
  answers: readonly Readonly<{
    /** Name of the gate. */
    gate: string
    /** Whether it let the contact pass, held it back, or put it off. */
    answer: 'pass' | 'hold' | 'delay'
    /** Why it held it back. */
    reason: null | string
    /** Until when it put it off. */
    until: null | number
  }>[]
  /** Names the exact texts of the plays and the policy it was decided by; '' = written before this was told, and not the whole entry. */
  policyVersion: string
  /** Model that told the risk; '' = not told. */
  modelId: string
  /** The lapse risk it rests on, 0 to 1. */
  lapseRisk: number
  /** Log-odds that each part added to the risk, where something was to be sent and a record told them. */
  parts: null | Readonly<Record<string, number>>
  /** End of the term; null = not known. */
  termEnd: null | number
}>

/** What a producer fills in: fields with a default may be left out. */
export type InterventionV2Input = Readonly<{
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
  fallback?: null | string | undefined
  sendAt?: null | number | undefined
  answers?: readonly Readonly<{
    gate: string
    answer: 'pass' | 'hold' | 'delay'
    reason?: null | string | undefined
    until?: null | number | undefined
  }>[] | undefined
  policyVersion?: string | undefined
  modelId?: string | undefined
  lapseRisk?: number | undefined
  parts?: null | Readonly<Record<string, number>> | undefined
  termEnd?: null | number | undefined
}>

/** The schema as the registry holds it. */
export const interventionSchemaV2 =
  '{"type":"record","name":"Intervention","namespace":"org.perennial","doc":"One decision about contacting one member, whether sent or held back: the whole entry of the ledger as it was decided. Key = member id.","fields":[{"name":"interventionId","type":"string","doc":"One per member, membership term, playbook and step; the same in every repeat."},{"name":"memberId","type":"string","doc":"The association\'s member number."},{"name":"playbook","type":"string","doc":"Playbook that asked for it."},{"name":"step","type":"string","doc":"Step of the playbook."},{"name":"channel","type":"string","doc":"Channel it goes through."},{"name":"owner","type":["null","string"],"default":null,"doc":"Who is to act on it."},{"name":"decision","type":{"type":"enum","name":"InterventionDecision","doc":"What was decided.","symbols":["send","hold"],"default":"hold"},"doc":"Whether it is sent or held back."},{"name":"reason","type":["null","string"],"default":null,"doc":"Why it was held back: the gate that said no."},{"name":"decidedAt","type":{"type":"long","logicalType":"timestamp-millis"},"doc":"When it was decided."},{"name":"riskVersion","type":"long","doc":"Version of the member-risk record it rests on."},{"name":"band","type":{"type":"enum","name":"RiskBand","doc":"A band of risk.","symbols":["low","medium","high"],"default":"low"},"doc":"Band of the risk at the decision."},{"name":"termId","type":"string","doc":"The membership term it belongs to."},{"name":"expiresAt","type":{"type":"long","logicalType":"timestamp-millis"},"doc":"After this instant it must no longer be sent."},{"name":"purpose","type":"string","doc":"Consent purpose it is sent under."},{"name":"fallback","type":["null","string"],"default":null,"doc":"Channel it goes through where its own is not set up."},{"name":"sendAt","type":["null",{"type":"long","logicalType":"timestamp-millis"}],"default":null,"doc":"When it is to go out; null = never, it was held back."},{"name":"answers","type":{"type":"array","items":{"type":"record","name":"GateAnswer","doc":"What one gate said.","fields":[{"name":"gate","type":"string","doc":"Name of the gate."},{"name":"answer","type":{"type":"enum","name":"GateVerdict","doc":"What a gate can say.","symbols":["pass","hold","delay"],"default":"hold"},"doc":"Whether it let the contact pass, held it back, or put it off."},{"name":"reason","type":["null","string"],"default":null,"doc":"Why it held it back."},{"name":"until","type":["null",{"type":"long","logicalType":"timestamp-millis"}],"default":null,"doc":"Until when it put it off."}]}},"default":[],"doc":"What every gate said, in order."},{"name":"policyVersion","type":"string","default":"","doc":"Names the exact texts of the plays and the policy it was decided by; \'\' = written before this was told, and not the whole entry."},{"name":"modelId","type":"string","default":"","doc":"Model that told the risk; \'\' = not told."},{"name":"lapseRisk","type":"double","default":0,"doc":"The lapse risk it rests on, 0 to 1."},{"name":"parts","type":["null",{"type":"map","values":"double"}],"default":null,"doc":"Log-odds that each part added to the risk, where something was to be sent and a record told them."},{"name":"termEnd","type":["null",{"type":"long","logicalType":"timestamp-millis"}],"default":null,"doc":"End of the term; null = not known."}]}'
