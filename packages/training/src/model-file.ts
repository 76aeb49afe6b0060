import { createHash } from 'node:crypto'
import { type Choice, distributionOf, pooled, type Table } from '@perennial/learning'
import { UNCALIBRATED } from '@perennial/predictors'
import { type History } from '@perennial/history'
import { DAY_MS, type EpochMs } from '@perennial/member'
import { type RetentionPrior, starterModel, type TrainedModel } from '@perennial/risk'
import { bandsFor } from './bands.ts'
import { cardOf } from './card.ts'
import { engagementScale } from './engagement.ts'
import { fingerprintOf } from './fingerprint.ts'
import { type Chosen, MODEL_NAMES, PRIOR_NAME, priorLevel } from './judgement.ts'
import type { Lesson } from './lesson.ts'
import { formOf, priorForm, type TrainedForm } from './trained-form.ts'
import { day } from './words.ts'

export type Learned = Readonly<{ history: History; lesson: Lesson; choice: Choice; chosen: Chosen }>

/** The model file of what was learned. `createdAt` changes nothing but the place where it stands. */
export function modelFile(learned: Learned, createdAt: EpochMs): TrainedModel {
  const { lesson, choice, chosen } = learned
  const latest = latestOf(lesson)
  const form = formFor(learned)
  const body = {
    kind: 'trained' as const,
    version: 1,
    description: `Learned from the members at ${lesson.trainAt.map((at) => day(at)).join(', ')}: ${choice.kind === 'model' ? choice.name : 'the prior alone'}.`,
    lapse: lapseOf(lesson),
    signals: lesson.signals.open.map(({ stream, action }) => `${stream}.${action}`),
    prior: priorOf(lesson),
    ...form,
    calibration: choice.kind === 'model' ? plain(choice.calibration) : UNCALIBRATED,
    bands: bandsFor(chosen.logits(latest)),
    engagement: engagementScale(latest, lesson.trainAt.at(-1) ?? 0),
    confidence: starterModel().confidence,
    training: { createdAt: new Date(createdAt).toISOString(), ...trainingOf(learned, form) },
  }
  return { id: idOf(body, lesson), ...body }
}

function latestOf({ train }: Lesson): Table {
  const table = train.at(-1)
  if (table === undefined) throw new Error('A lesson has a cut-off to learn from.')
  return table
}

function formFor({ lesson, choice }: Learned): TrainedForm {
  if (choice.kind === 'model') return formOf(choice.model, lesson.features)
  const p = choice.lapses / choice.n
  return priorForm(priorLevel(lesson), 1 / (choice.n * p * (1 - p)))
}

function lapseOf({ task }: Lesson): TrainedModel['lapse'] {
  const { lapse, horizonMs } = task
  return {
    kind: lapse.kind,
    days: horizonMs / DAY_MS,
    ...(lapse.kind === 'inactive' && lapse.stream !== undefined && { stream: lapse.stream }),
  }
}

function priorOf({ prior }: Lesson): RetentionPrior {
  const starter = starterModel().prior
  if (prior.kind === 'none')
    return {
      ...starter,
      offset: false,
      source: `Not fitted, because ${prior.reason}: only for the terms to come, as in the starter model. ${starter.source}`,
    }
  const source = `Fitted by maximum likelihood to the renewals known at ${day(prior.prior.knownAt)}.`
  return { ...prior.prior.model, offset: true, discountRate: starter.discountRate, source }
}

/** Without what only the fit knows. */
function plain(calibration: Extract<Choice, { kind: 'model' }>['calibration']): TrainedModel['calibration'] {
  if (calibration.kind === 'platt') return { kind: 'platt', slope: calibration.slope, intercept: calibration.intercept }
  const { from, to, slope } = calibration
  return { kind: 'isotonic', from, to, slope }
}

function trainingOf(learned: Learned, { features }: TrainedForm) {
  const { history, lesson, choice } = learned
  const whole = pooled(lesson.train)
  const columnOf = (name: string) => whole.columns[whole.names.indexOf(name)] ?? []
  const [from, to] = activityUpTo(history, lesson.trainAt.at(-1) ?? 0)
  return {
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    cutoffs: lesson.trainAt.map((at) => new Date(at).toISOString()),
    rows: choice.n,
    lapses: choice.lapses,
    fingerprint: fingerprintOf(history),
    chosen: choice.kind === 'model' ? MODEL_NAMES[choice.name] : PRIOR_NAME,
    metrics: metricsOf(choice),
    distributions: features.map(({ name }) => ({ feature: name, ...distributionOf(columnOf(name)) })),
    card: cardOf(learned),
  }
}

/** What each candidate did on members held back from it. */
function metricsOf(choice: Choice): TrainedModel['training']['metrics'] {
  if (choice.kind === 'prior') return { [PRIOR_NAME]: { n: choice.n, lapses: choice.lapses } }
  return Object.fromEntries(
    choice.candidates.flatMap(({ name, heldBack }) =>
      heldBack === undefined
        ? []
        : [
            [
              MODEL_NAMES[name],
              {
                n: heldBack.n,
                lapses: heldBack.lapses,
                auc: heldBack.auc.auc,
                aucError: heldBack.auc.se,
                logLoss: heldBack.logLoss,
                brier: heldBack.brier,
              },
            ] as const,
          ],
    ),
  )
}

/** The first and the last activity before the latest cut-off; that cut-off where there was none. */
function activityUpTo({ facts }: History, cutoff: EpochMs): readonly [EpochMs, EpochMs] {
  let [first, last] = [cutoff, Number.NEGATIVE_INFINITY]
  for (const at of facts.at) {
    if (at >= cutoff) continue
    if (at < first) first = at
    if (at > last) last = at
  }
  return [first, Number.isFinite(last) ? last : cutoff]
}

/** Names what it was made of, so that two trainings never share a name unless they are the same. */
function idOf(body: object, { trainAt }: Lesson): string {
  const { training, ...rest } = body as { training: { createdAt: string } }
  const { createdAt: _, ...lasting } = training
  const hash = createHash('sha256')
    .update(JSON.stringify([rest, lasting]))
    .digest('hex')
  return `trained-${new Date(trainAt.at(-1) ?? 0).toISOString().slice(0, 10)}-${hash.slice(0, 8)}`
}
