import { type Clock, gauge, type Registry } from '@perennial/runtime'
import type { Models } from '@perennial/deployment'
import { type ModelReport, modelReport, type ReportSources } from './model-report.ts'

/** Reading all outcomes costs some 100 ms: scrapes in between answer what was found. */
const FRESH_MS = 5 * 60_000

type Watched = Readonly<{
  registry: Registry
  sources: ReportSources
  models: () => Models
  clock: Clock
  /** One process of all tells what holds for the deployment: whoever owns the first partition. */
  speaks: () => boolean
}>

/** Metrics of the models in use: how they do in live use, and how far the members have moved. */
export function watchQuality({ registry, sources, models, clock, speaks }: Watched): void {
  let known: { at: number; of: Models; report: Promise<ModelReport> } | undefined

  async function report(): Promise<ModelReport | undefined> {
    if (!speaks()) return undefined
    const [now, of] = [clock.now(), models()]
    if (known === undefined || known.of !== of || now - known.at > FRESH_MS)
      known = { at: now, of, report: modelReport(sources, of, now) }
    try {
      return await known.report
    } catch {
      // Redis is out: the next scrape asks again, and this one goes without.
      known = undefined
      return undefined
    }
  }

  const meter = <L extends string>(name: string, help: string, labels: readonly L[], tell: Tell<L>) =>
    gauge(registry, {
      name: `perennial_model_${name}`,
      help,
      labels,
      async collect(metric) {
        const found = await report()
        metric.reset()
        if (found !== undefined) tell(found, (of, value) => value !== undefined && metric.set(of, value))
      },
    })
  addQuality(meter)
  addDrift(meter)
}

type Tell<L extends string> = (
  report: ModelReport,
  set: (labels: Record<L, string>, value: number | undefined) => unknown,
) => void
type Meter = <L extends string>(name: string, help: string, labels: readonly L[], tell: Tell<L>) => unknown

const ROLES = ['role'] as const

function addQuality(meter: Meter): void {
  const byRole = (name: string, help: string, of: (quality: ModelReport['quality']) => number | undefined) =>
    meter(name, help, ROLES, ({ quality, shadow }, set) => {
      set({ role: 'current' }, of(quality))
      if (shadow !== undefined) set({ role: 'shadow' }, of(shadow.quality))
    })
  byRole('outcomes', 'Predictions of the last 365 days that came true or not.', ({ n }) => n)
  byRole('lapse_outcomes', 'Those of them that were lapses.', ({ lapses }) => lapses)
  byRole('live_auc', 'Area under the ROC curve of those predictions.', ({ metrics }) => metrics?.auc)
  byRole('live_log_loss', 'Mean log loss of those predictions.', ({ metrics }) => metrics?.logLoss)
  byRole('live_brier', 'Mean squared error of those predictions.', ({ metrics }) => metrics?.brier)
  byRole('observed_to_expected_ratio', 'Lapses over the lapses expected.', ({ metrics }) => metrics?.observedToExpected)
  meter('band_expected_ratio', 'Mean risk of the members told to be in a band.', ['band'], ({ quality }, set) => {
    for (const { band, expected } of quality.bands) set({ band }, expected)
  })
  meter('band_observed_ratio', 'Share of the members of a band that lapsed.', ['band'], ({ quality }, set) => {
    for (const { band, observed } of quality.bands) set({ band }, observed)
  })
}

function addDrift(meter: Meter): void {
  meter('info', 'The models in use, by id.', ['role', 'model'], ({ quality, shadow }, set) => {
    set({ role: 'current', model: quality.modelId }, 1)
    if (shadow !== undefined) set({ role: 'shadow', model: shadow.quality.modelId }, 1)
  })
  meter('age_seconds', 'Time since the model was trained.', ROLES, ({ ageDays, shadow }, set) => {
    set({ role: 'current' }, ageDays === undefined ? undefined : ageDays * 86_400)
    set({ role: 'shadow' }, shadow?.ageDays === undefined ? undefined : shadow.ageDays * 86_400)
  })
  meter(
    'drift_psi',
    'Population stability index against training; above 0.25 = shifted.',
    ['feature'],
    (found, set) => {
      for (const { feature, psi } of found.drift) set({ feature }, psi)
    },
  )
  meter('shadow_rank_correlation', "Spearman's, of current and shadow risk.", [], ({ shadow }, set) => {
    set({}, shadow?.agreement.rankCorrelation)
  })
  meter('shadow_members', 'Members that both models were compared on.', [], ({ shadow }, set) => {
    set({}, shadow?.agreement.members)
  })
  meter(
    'shadow_band_changes',
    'Members that another band would hold, of those compared.',
    ['to'],
    ({ shadow }, set) => {
      set({ to: 'higher' }, shadow?.agreement.wouldRise)
      set({ to: 'lower' }, shadow?.agreement.wouldFall)
    },
  )
}
