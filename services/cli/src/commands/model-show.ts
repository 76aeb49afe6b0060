import { readModels } from '@perennial/deployment'
import { modelNumber } from '@perennial/engine'
import { createOutcomeStore, createPartitionStore, createRowSampler, createShadowStore } from '@perennial/runtime'
import {
  LEAST_OUTCOMES,
  type LiveQuality,
  type ModelReport,
  modelReport,
  QUALITY_WINDOW_DAYS,
} from '@perennial/scoring'
import type { Model } from '@perennial/risk'
import { connect } from '../connect.ts'
import type { Context } from '../context.ts'
import type { Life } from '../lifecycle.ts'
import { count, number, percent } from '../terminal/words.ts'
import { modelsDeps } from '../views.ts'
import { summaryOf } from './model-change.ts'

/** Prints which models are in use, what they promised, and how what they said came out. */
export async function modelShow(context: Context, life: Life): Promise<void> {
  const platform = await connect(context, life, { log: false })
  const { namespace, partitions } = platform
  const deps = modelsDeps(platform, context.env)
  const redis = platform.redis('command')
  const [{ models }, stored] = [await readModels(deps), await deps.store.read()]
  const sources = {
    outcomes: createOutcomeStore(redis, namespace, partitions.activity),
    shadows: createShadowStore(redis, namespace, partitions.activity),
    sampler: createRowSampler(redis, namespace, partitions.activity, deps.vocabulary),
  }
  const report = await modelReport(sources, models, context.now())
  const store = createPartitionStore(redis, namespace)
  const scored = await Promise.all(Array.from({ length: partitions.activity }, (_, n) => store.scoredBy(n)))
  const done = scored.filter((by) => by === modelNumber(models.current.model.id)).length
  const rescored = { partitions: partitions.activity, done }
  const summary = summaryOf(stored.models)
  if (context.json) {
    const training = trainingOf(models.current.model)
    const shown = { id: models.current.model.id, kind: models.current.model.kind, training, ...summary.current }
    const shadow = summary.shadow && { ...summary.shadow, ...report.shadow }
    context.out(JSON.stringify({ ...report, current: shown, shadow, previous: summary.previous, rescored }))
  } else context.out(lines(models.current.model, summary, report, rescored).join('\n'))
}

/** What the training promised, of the candidate that was chosen. */
function trainingOf(model: Model) {
  if (model.kind !== 'trained') return null
  const { createdAt, from, to, rows, lapses, chosen, metrics } = model.training
  return { createdAt, from, to, rows, lapses, chosen, metrics: metrics[chosen] ?? {} }
}

function lines(
  model: Model,
  { current, previous, shadow }: ReturnType<typeof summaryOf>,
  report: ModelReport,
  { partitions, done }: Readonly<{ partitions: number; done: number }>,
): string[] {
  const by = current?.source === 'promoted' ? `promoted ${current.at.slice(0, 16)} by ${current.by}` : 'by the settings'
  const age = report.ageDays === undefined ? '' : `, ${count(Math.floor(report.ageDays), 'day')} old`
  const training = trainingOf(model)
  const promised = Object.entries(training?.metrics ?? {}).map(([name, value]) => `${name} ${value.toFixed(3)}`)
  const before = previous === null ? 'none' : previous.source === 'promoted' ? previous.id : 'the model of the settings'
  const moved = report.drift.filter(({ psi }) => psi > 0.25).map(({ feature, psi }) => `${feature} ${psi.toFixed(2)}`)
  return [
    `Current   ${model.id} (${model.kind}${age}), ${by}`,
    ...(promised.length > 0 ? [`  at training: ${promised.join(', ')}`] : []),
    ...qualityLines(report.quality),
    ...(done < partitions ? [`  scoring everybody anew: ${done} of ${count(partitions, 'partition')} done`] : []),
    ...(moved.length > 0 ? [`  members have moved since training (PSI above 0.25): ${moved.join(', ')}`] : []),
    ...(shadow?.source !== 'promoted' || report.shadow === undefined
      ? ['Shadow    none']
      : [`Shadow    ${shadow.id}`, ...agreementLines(report.shadow), ...qualityLines(report.shadow.quality)]),
    `Previous  ${before}`,
  ]
}

/** How what was said came out; too little of it is said to be too little. */
function qualityLines({ n, lapses, live, leftOut, metrics, bands }: LiveQuality): string[] {
  const lines = [
    `  last ${QUALITY_WINDOW_DAYS} days: ${count(n, 'outcome')}, ${count(lapses, 'lapse')}, ${number(live)} seen as they happened`,
  ]
  if (leftOut > 0) lines.push(`  ${count(leftOut, 'outcome')} from before the end of its training left out`)
  if (metrics === undefined)
    lines.push(`  too few to judge: ${LEAST_OUTCOMES} lapses and as many who stayed are needed`)
  else {
    const { auc, logLoss, brier, observedToExpected } = metrics
    lines.push(
      `  in live use: AUC ${auc.toFixed(3)}, log loss ${logLoss.toFixed(3)}, Brier ${brier.toFixed(3)}, observed to expected ${observedToExpected.toFixed(2)}`,
    )
  }
  return [
    ...lines,
    ...bands.map(
      ({ band, n: members, expected, observed }) =>
        `  ${band.padEnd(7)} expected ${percent(expected)}, observed ${percent(observed)} of ${number(members)}`,
    ),
  ]
}

function agreementLines({ agreement }: NonNullable<ModelReport['shadow']>): string[] {
  const { members, rankCorrelation, wouldRise, wouldFall } = agreement
  const ranks = rankCorrelation === undefined ? 'not known yet' : rankCorrelation.toFixed(3)
  return [
    `  on ${count(members, 'member')}: rank correlation ${ranks}; ${number(wouldRise)} would rise to a higher band, ${number(wouldFall)} fall to a lower one`,
  ]
}
