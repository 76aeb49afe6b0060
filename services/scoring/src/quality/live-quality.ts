import { auc, brier, logLoss } from '@perennial/learning'
import { DAY_MS, type EpochMs } from '@perennial/member'
import { type Model, logOdds } from '@perennial/risk'
import { isLapse, type OutcomeRecord } from '@perennial/runtime'

/** How far back outcomes count: what a model was worth this year. */
export const QUALITY_WINDOW_DAYS = 365
/** Of lapses, and of those who stayed: with fewer, an AUC says little. */
export const LEAST_OUTCOMES = 10

/** How the members of one band came out. */
export type BandQuality = Readonly<{
  band: OutcomeRecord['band']
  n: number
  /** Mean risk, and share of lapses. */
  expected: number
  observed: number
}>

/** How what a model said in live use came out, within the window. */
export type LiveQuality = Readonly<{
  modelId: string
  n: number
  lapses: number
  /** How many of them were seen as they happened, not found in history folded later. */
  live: number
  /** Outcomes from before the end of the model's training: it has learned from them, so they prove nothing. */
  leftOut: number
  /** Undefined where there are too few outcomes of either kind. */
  metrics:
    | Readonly<{
        auc: number
        logLoss: number
        brier: number
        /** Lapses over expected lapses. */ observedToExpected: number
      }>
    | undefined
  bands: readonly BandQuality[]
}>

type Said = Readonly<{ risk: number; band: OutcomeRecord['band']; lapsed: boolean; live: boolean }>

/** The live quality of a model from recorded outcomes, at `now`. */
export function liveQuality(model: Model, records: readonly OutcomeRecord[], now: EpochMs): LiveQuality {
  return qualityOf(
    model,
    records.filter(({ modelId }) => modelId === model.id),
    now,
  )
}

/** The same of what a model said beside another one. It has no bands there: nobody was told. */
export function shadowQuality(model: Model, records: readonly OutcomeRecord[], now: EpochMs): LiveQuality {
  const own = records.flatMap((record) =>
    record.shadow?.modelId === model.id ? [{ ...record, risk: record.shadow.risk }] : [],
  )
  return { ...qualityOf(model, own, now), bands: [] }
}

function qualityOf(model: Model, records: readonly OutcomeRecord[], now: EpochMs): LiveQuality {
  const recent = records.filter(({ at }) => at > now - QUALITY_WINDOW_DAYS * DAY_MS)
  const learnedUntil = model.kind === 'trained' ? Date.parse(model.training.to) : -Infinity
  const counted = recent
    .filter(({ at }) => at > learnedUntil)
    .map(({ risk, band, live, ...rest }): Said => ({ risk, band, live, lapsed: isLapse(rest) }))
  const lapses = counted.filter(({ lapsed }) => lapsed).length
  return {
    modelId: model.id,
    n: counted.length,
    lapses,
    live: counted.filter(({ live }) => live).length,
    leftOut: recent.length - counted.length,
    metrics: Math.min(lapses, counted.length - lapses) < LEAST_OUTCOMES ? undefined : metricsOf(counted, lapses),
    bands: (['low', 'medium', 'high'] as const).flatMap((band) => bandOf(band, counted)),
  }
}

function metricsOf(said: readonly Said[], lapses: number): NonNullable<LiveQuality['metrics']> {
  const logits = said.map(({ risk }) => logOdds(Math.min(1 - 1e-5, Math.max(1e-5, risk))))
  const labels = Uint8Array.from(said, ({ lapsed }) => (lapsed ? 1 : 0))
  return {
    auc: auc(logits, labels),
    logLoss: logLoss(logits, labels),
    brier: brier(logits, labels),
    observedToExpected: lapses / said.reduce((sum, { risk }) => sum + risk, 0),
  }
}

function bandOf(band: BandQuality['band'], said: readonly Said[]): BandQuality[] {
  const own = said.filter((one) => one.band === band)
  if (own.length === 0) return []
  const expected = own.reduce((sum, { risk }) => sum + risk, 0) / own.length
  return [{ band, n: own.length, expected, observed: own.filter(({ lapsed }) => lapsed).length / own.length }]
}
