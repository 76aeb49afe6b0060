import { type BoostedSettings, fitBoosted, heldBackLosses } from './boosted.ts'
import { fitFew, forwardPath, pathLength } from './forward-selection.ts'
import { fitHazard, type Hazard } from './hazard.ts'
import { fitWithLevels, withLevels } from './levels.ts'
import { type LapseModel } from './predictor.ts'
import { ridgeStrength } from './ridge-strength.ts'
import { type Splits, splitsOf } from './splits.ts'
import { columnsOf, lapsesIn, pooled, type Table, thinned } from './table.ts'
import { type Direction } from './tree.ts'

/**
 * From what moves least between years to what moves most. A ridge over all columns stands before a few picked
 * columns: it shares the weight among columns that say the same, while a picked one stands or falls alone (Breiman,
 * "Heuristics of Instability and Stabilization in Model Selection", Annals of Statistics 24(6), 1996). README, "Order".
 */
export const CANDIDATES = [
  'base rate',
  'recency',
  'hazard on all columns',
  'hazard on few columns',
  'boosted trees',
] as const

/** A way to learn. */
export type CandidateName = (typeof CANDIDATES)[number]

/** What is known of the columns. */
export type Knowledge = Readonly<{
  /** The column that tells how long a member has been silent; it may be on any rising scale. */
  recency?: string
  /** Columns in which the trees' risk may only rise (1) or fall (−1). */
  monotone?: Readonly<Record<string, Direction>>
}>

/** Settings are settled on at most so many rows of a cut-off; weights are then fitted to all. */
const ROWS_FOR_SETTINGS = 10_000

/** The forward search looks at so many rows at most. */
const ROWS_FOR_SEARCH = 30_000

const MOST_FEW = 8

/**
 * Lapses per weight that a logistic regression without a ridge needs at least: Peduzzi et al., "A simulation study
 * of the number of events per variable in logistic regression analysis", J. Clinical Epidemiology 49(12), 1996.
 */
const LAPSES_PER_COLUMN = 10

/** Fits one candidate to cut-offs in time order; its own settings are settled within them. */
export function fitCandidate(name: CandidateName, tables: readonly Table[], knowledge: Knowledge): LapseModel {
  switch (name) {
    case 'base rate':
      return baseRate(tables)
    case 'recency':
      return recency(tables, knowledge)
    case 'hazard on few columns':
      return fewColumns(tables, knowledge)
    case 'hazard on all columns': {
      const lambda = ridgeStrength(splitsForSettings(tables))
      return fitWithLevels(tables, (table) => fitHazard(table, { lambda }))
    }
    case 'boosted trees': {
      const settings = { monotone: knowledge.monotone ?? {} }
      const rounds = bestRounds(splitsForSettings(tables), settings)
      // One round of levels: a second is as much work again, and moves trees less than weights.
      return fitWithLevels(tables, (table) => fitBoosted(table, { ...settings, rounds }), 1)
    }
  }
}

function baseRate(tables: readonly Table[]): Hazard {
  return fitHazard(columnsOf(pooled(tables), []), { lambda: 0 })
}

/** One column, by maximum likelihood. A risk that falls with silence is none: then the base rate. */
function recency(tables: readonly Table[], { recency }: Knowledge): Hazard {
  if (recency === undefined) return baseRate(tables)
  const only = tables.map((table) => columnsOf(table, [recency]))
  const model = fitWithLevels(only, (table) => fitHazard(table, { lambda: 0 }))
  return model.features.every(({ weight }) => weight >= 0) ? model : baseRate(tables)
}

function fewColumns(tables: readonly Table[], { recency }: Knowledge): Hazard {
  const whole = pooled(tables)
  const most = Math.max(1, Math.min(MOST_FEW, Math.floor(lapsesIn(whole) / LAPSES_PER_COLUMN)))
  const search = { most, first: recency }
  const path = forwardPath(thinned(withLevels(tables, whole, whole.offset), ROWS_FOR_SEARCH), search)
  return fitFew(tables, path.slice(0, pathLength(splitsForSettings(tables), search)))
}

function splitsForSettings(tables: readonly Table[]): Splits {
  return splitsOf(tables.map((table) => thinned(table, ROWS_FOR_SETTINGS)))
}

/** How many trees were best on held-back members, summed over the splits. */
function bestRounds(splits: Splits, settings: Partial<BoostedSettings>): number {
  const all = splits.all.map(({ train, judge }) =>
    heldBackLosses(withLevels(train, pooled(train), pooled(train).offset), judge, settings).map(
      (loss) => loss * judge.n,
    ),
  )
  const shortest = Math.min(...all.map((losses) => losses.length))
  const sums = Array.from({ length: shortest }, (_, k) => all.reduce((sum, losses) => sum + losses[k]!, 0))
  return sums.indexOf(Math.min(...sums))
}
