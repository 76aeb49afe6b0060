// Written by scripts/generate.ts from schemas/member-risk/v1.avsc: change that, then run `npm run gen`.

/** A new assessment of one member. Published when it says something new: key = member id, one record a change, in the order of `version`. */
export type MemberRiskV1 = Readonly<{
  /** The association's member number. */
  memberId: string
  /** Rises by one with every record about this member; a record at or below the last version seen is a repeat. */
  version: number
  /** The instant the assessment holds for, in event time. */
  asOf: number
  /** What moved it: a fact, or that none came ('silence'). */
  cause: 'fact' | 'silence'
  /** Probability, 0 to 1, of lapsing by horizonAt. High is bad. */
  lapseRisk: number
  /** What the risk is about: not renewing the term that ends at horizonAt, or, where no term is known, no activity until then. */
  horizonKind: 'renewal' | 'activity'
  /** The instant the risk looks ahead to. */
  horizonAt: number
  /** Engagement, 0 to 100. High is good. */
  engagementScore: number
  /** Band of the risk, with hysteresis and a minimum hold. */
  band: 'low' | 'medium' | 'high'
  /** Band before this record; null in the first. */
  previousBand: null | 'low' | 'medium' | 'high'
  /** Since when the member has been in this band. */
  bandSince: number
  /** How much there is to judge by, 0 to 1: low for new members, thin data, and signals a machine may have made. */
  confidence: number
  /** Dues at risk, in units of the currency of the dues: dues times lapseRisk. */
  valueAtRisk: number
  /** Dues of the current term, 0 if unknown. */
  dues: number
  /** The model that made the assessment. */
  modelId: string
  /** Every part of the score; they add up to the logit. */
  contributions: readonly Readonly<{
    /** Name of the feature. */
    feature: string
    /** Value of the feature. */
    value: number
    /** What it adds to the logit, in log-odds. Positive raises the risk. */
    contribution: number
  }>[]
  /** Log-odds of the lapse: the sum of the contributions. */
  logit: number
  /** Whether the person is a member now. */
  status: 'unknown' | 'active' | 'lapsed'
  /** First instant of the current term. */
  termStart: null | number
  /** End of the current term. */
  termEnd: null | number
  /** When the person first became a member. */
  joinedAt: null | number
  /** lapseRisk of the record before; null in the first. */
  previousRisk: null | number
  /** True when history was being replayed with effects off: to be shown, not to be acted on. */
  replay: boolean
}>

/** What a producer fills in: fields with a default may be left out. */
export type MemberRiskV1Input = Readonly<{
  memberId: string
  version: number
  asOf: number
  cause: 'fact' | 'silence'
  lapseRisk: number
  horizonKind: 'renewal' | 'activity'
  horizonAt: number
  engagementScore: number
  band: 'low' | 'medium' | 'high'
  previousBand?: null | 'low' | 'medium' | 'high' | undefined
  bandSince: number
  confidence: number
  valueAtRisk: number
  dues: number
  modelId: string
  contributions?: readonly Readonly<{
    feature: string
    value: number
    contribution: number
  }>[] | undefined
  logit: number
  status: 'unknown' | 'active' | 'lapsed'
  termStart?: null | number | undefined
  termEnd?: null | number | undefined
  joinedAt?: null | number | undefined
  previousRisk?: null | number | undefined
  replay?: boolean | undefined
}>

/** The schema as the registry holds it. */
export const memberRiskSchemaV1 =
  '{"type":"record","name":"MemberRisk","namespace":"org.perennial","doc":"A new assessment of one member. Published when it says something new: key = member id, one record a change, in the order of `version`.","fields":[{"name":"memberId","type":"string","doc":"The association\'s member number."},{"name":"version","type":"long","doc":"Rises by one with every record about this member; a record at or below the last version seen is a repeat."},{"name":"asOf","type":{"type":"long","logicalType":"timestamp-millis"},"doc":"The instant the assessment holds for, in event time."},{"name":"cause","type":{"type":"enum","name":"RiskCause","doc":"What moved an assessment.","symbols":["fact","silence"],"default":"fact"},"doc":"What moved it: a fact, or that none came (\'silence\')."},{"name":"lapseRisk","type":"double","doc":"Probability, 0 to 1, of lapsing by horizonAt. High is bad."},{"name":"horizonKind","type":{"type":"enum","name":"HorizonKind","doc":"What a risk is about.","symbols":["renewal","activity"],"default":"activity"},"doc":"What the risk is about: not renewing the term that ends at horizonAt, or, where no term is known, no activity until then."},{"name":"horizonAt","type":{"type":"long","logicalType":"timestamp-millis"},"doc":"The instant the risk looks ahead to."},{"name":"engagementScore","type":"double","doc":"Engagement, 0 to 100. High is good."},{"name":"band","type":{"type":"enum","name":"RiskBand","doc":"A band of risk.","symbols":["low","medium","high"],"default":"low"},"doc":"Band of the risk, with hysteresis and a minimum hold."},{"name":"previousBand","type":["null","RiskBand"],"default":null,"doc":"Band before this record; null in the first."},{"name":"bandSince","type":{"type":"long","logicalType":"timestamp-millis"},"doc":"Since when the member has been in this band."},{"name":"confidence","type":"double","doc":"How much there is to judge by, 0 to 1: low for new members, thin data, and signals a machine may have made."},{"name":"valueAtRisk","type":"double","doc":"Dues at risk, in units of the currency of the dues: dues times lapseRisk."},{"name":"dues","type":"double","doc":"Dues of the current term, 0 if unknown."},{"name":"modelId","type":"string","doc":"The model that made the assessment."},{"name":"contributions","type":{"type":"array","items":{"type":"record","name":"RiskContribution","doc":"The part one feature has in the logit.","fields":[{"name":"feature","type":"string","doc":"Name of the feature."},{"name":"value","type":"double","doc":"Value of the feature."},{"name":"contribution","type":"double","doc":"What it adds to the logit, in log-odds. Positive raises the risk."}]}},"default":[],"doc":"Every part of the score; they add up to the logit."},{"name":"logit","type":"double","doc":"Log-odds of the lapse: the sum of the contributions."},{"name":"status","type":{"type":"enum","name":"RiskStatus","doc":"Where a membership stands.","symbols":["unknown","active","lapsed"],"default":"unknown"},"doc":"Whether the person is a member now."},{"name":"termStart","type":["null",{"type":"long","logicalType":"timestamp-millis"}],"default":null,"doc":"First instant of the current term."},{"name":"termEnd","type":["null",{"type":"long","logicalType":"timestamp-millis"}],"default":null,"doc":"End of the current term."},{"name":"joinedAt","type":["null",{"type":"long","logicalType":"timestamp-millis"}],"default":null,"doc":"When the person first became a member."},{"name":"previousRisk","type":["null","double"],"default":null,"doc":"lapseRisk of the record before; null in the first."},{"name":"replay","type":"boolean","default":false,"doc":"True when history was being replayed with effects off: to be shown, not to be acted on."}]}'
