import type { Models } from '@perennial/deployment'
import { DAY_MS, type EpochMs, SLOT, slot } from '@perennial/member'
import { bandNumber, type Model, type Scorer } from '@perennial/risk'
import type { Comparison, OutcomeStore, RowSampler, ShadowStore } from '@perennial/runtime'
import { type Agreement, agreementOf } from './agreement.ts'
import { driftOf, type FeatureDrift } from './drift.ts'
import { type LiveQuality, liveQuality, shadowQuality } from './live-quality.ts'

/** Members looked at for drift: a PSI of ten bins to about ± 0.01. */
const DRIFT_SAMPLE = 2_000

export type ReportSources = Readonly<{
  outcomes: Pick<OutcomeStore, 'all'>
  shadows: Pick<ShadowStore, 'all'>
  sampler: RowSampler
}>

/** What can be told of the models in use: how they did, how far they agree, how far the members have moved. */
export type ModelReport = Readonly<{
  quality: LiveQuality
  /** Days since the model was made; undefined for a starter. */
  ageDays: number | undefined
  drift: readonly FeatureDrift[]
  shadow: Readonly<{ quality: LiveQuality; agreement: Agreement; ageDays: number | undefined }> | undefined
}>

export async function modelReport(
  { outcomes, shadows, sampler }: ReportSources,
  { current, shadow }: Pick<Models, 'current' | 'shadow'>,
  now: EpochMs,
): Promise<ModelReport> {
  const records = await outcomes.all()
  const { rows, count } = await sampler.sample(DRIFT_SAMPLE)
  return {
    quality: liveQuality(current.model, records, now),
    ageDays: ageDays(current.model, now),
    drift: driftOf(current.model, rows, count, now),
    shadow: shadow && {
      quality: shadowQuality(shadow.model, records, now),
      agreement: agreementOf(await shadows.all(shadow.model.id)),
      ageDays: ageDays(shadow.model, now),
    },
  }
}

/** Days since a trained model was made. */
function ageDays(model: Model, now: EpochMs): number | undefined {
  return model.kind === 'trained' ? (now - Date.parse(model.training.createdAt)) / DAY_MS : undefined
}

/** How two models would see some members of today: in which band `b` would put them, were it promoted over `a`. */
export async function compareOnSample(sampler: RowSampler, a: Scorer, b: Scorer, now: EpochMs): Promise<Agreement> {
  const { rows, count } = await sampler.sample(DRIFT_SAMPLE)
  const comparisons = Array.from({ length: count }, (_, i): Comparison => {
    const [current, shadow] = [a.lapseRisk(rows, i, now), b.lapseRisk(rows, i, now)]
    const stored = bandNumber(slot(rows, i, SLOT.band))
    const currentBand = a.nextBand(stored, -Infinity, current, now)
    return { memberId: '', current, shadow, currentBand, shadowBand: b.nextBand(currentBand, -Infinity, shadow, now) }
  })
  return agreementOf(comparisons)
}
