import { toGrain, type Tree as PlainTree } from '@perennial/predictors'
import { type Binned, binned, binnedAs } from './bins.ts'
import { designOf } from './design.ts'
import { covarianceAt, fitHazard } from './hazard.ts'
import { probability } from './log-odds.ts'
import { logLoss } from './metrics.ts'
import { type Scale, scalesOf } from './standardise.ts'
import { columnsOf, lapsesIn, type Table } from './table.ts'
import { addTree, type Direction, growTree, type Tree } from './tree.ts'

/** Gradient boosted trees: logit = offset + intercept + Σ tree. Plain data. */
export type Boosted = Readonly<{
  kind: 'boosted'
  /** The base rate, before any tree. */
  intercept: number
  /** The columns that a tree splits on. The mean stands in for an unknown value. */
  features: readonly Scale[]
  trees: readonly PlainTree[]
  settings: BoostedSettings
  /**
   * As that of a hazard on the same features, at the trees' probabilities: how far the training rows would settle a
   * linear change to the model. The trees' own uncertainty, in where they split, is not in it.
   */
  covariance: readonly number[]
  fit: Readonly<{ n: number; lapses: number; logLikelihood: number }>
}>

export type BoostedSettings = Readonly<{
  /** Most trees, and splits from root to leaf of each: 1 = no interactions, at most 3. */
  rounds: number
  depth: number
  /** What part of each tree's value is kept. */
  shrinkage: number
  /** Least information, Σ p · (1 − p), on either side of a split: of even odds, four members count 1. */
  leastInformation: number
  /** Ridge on leaf values. */
  lambda: number
  /** Names of columns in which the risk may only rise (1) or fall (−1). */
  monotone: Readonly<Record<string, Direction>>
  /** Rows that one tree is grown on at most; each tree takes the next ones in turn. */
  rowsPerTree: number
}>

const BOOSTED_DEFAULTS: BoostedSettings = {
  rounds: 300,
  depth: 2,
  shrinkage: 0.1,
  leastInformation: 5,
  lambda: 1,
  monotone: {},
  rowsPerTree: 50_000,
}

/** Rounds without a better log loss on the held-back rows after which growing stops. */
const PATIENCE = 25

/**
 * Friedman, "Greedy Function Approximation: A Gradient Boosting Machine", Annals of Statistics 29(5), 2001, with
 * Newton steps in the leaves and histograms of at most 64 bins, starting from the offset. Deterministic.
 * Throws unless there is a member who lapsed and one who did not.
 */
export function fitBoosted(table: Table, settings: Partial<BoostedSettings> = {}): Boosted {
  const growth = started(table, { ...BOOSTED_DEFAULTS, ...settings })
  const trees = Array.from({ length: growth.settings.rounds }, (_, round) => nextTree(growth, round))
  const used = [...new Set(trees.flatMap(({ features }) => [...features]))].filter((c) => c >= 0)
  used.sort((a, b) => a - b)
  const own = columnsOf(
    table,
    used.map((c) => table.names[c]!),
  )
  const { scales } = scalesOf(own)
  return {
    kind: 'boosted',
    intercept: toGrain(growth.intercept),
    features: scales,
    trees: trees.map((tree) => plain(tree, used, growth.bins)),
    settings: growth.settings,
    covariance: covarianceAt(designOf({ ...own, offset: growth.logits }, scales), COVARIANCE_LAMBDA),
    fit: { n: table.n, lapses: lapsesIn(table), logLikelihood: -table.n * logLoss(growth.logits, table.labels) },
  }
}

/** Enough to settle directions that columns share. */
const COVARIANCE_LAMBDA = 1

/**
 * Log loss on members held back, after 0, 1, 2 … trees grown on others, starting from the rate at which those held
 * back lapsed; ends when the best is `PATIENCE` trees ago or all rounds are done.
 */
export function heldBackLosses(
  table: Table,
  heldBack: Table,
  settings: Partial<BoostedSettings> = {},
): readonly number[] {
  const growth = started(table, { ...BOOSTED_DEFAULTS, ...settings })
  const bins = binnedAs(heldBack, growth.bins)
  const start = baseRate(heldBack)
  const logits = heldBack.offset.map((offset) => offset + start)
  const losses = [logLoss(logits, heldBack.labels)]
  let best = 0
  for (let round = 0; round < growth.settings.rounds && round - best < PATIENCE; round++) {
    addTree(bins, nextTree(growth, round), logits)
    const loss = logLoss(logits, heldBack.labels)
    losses.push(loss)
    if (loss < losses[best]!) best = losses.length - 1
  }
  return losses
}

type Growth = Readonly<{
  settings: BoostedSettings
  directions: readonly Direction[]
  bins: Binned
  labels: Uint8Array
  intercept: number
  /** With all trees so far. */
  logits: Float64Array
  gradients: Float64Array
  information: Float64Array
}>

function started(table: Table, settings: BoostedSettings): Growth {
  const { n, labels, names } = table
  const intercept = baseRate(table)
  return {
    settings,
    directions: names.map((name) => settings.monotone[name] ?? 0),
    bins: binned(table),
    labels,
    intercept,
    logits: table.offset.map((offset) => offset + intercept),
    gradients: new Float64Array(n),
    information: new Float64Array(n),
  }
}

function baseRate(table: Table): number {
  return fitHazard(columnsOf(table, []), { lambda: 0 }).intercept
}

/** Grows the tree of that round, shrinks it, and adds it to the logits. */
function nextTree(growth: Growth, round: number): Tree {
  const { settings, bins, labels, logits, gradients, information } = growth
  const step = Math.ceil(bins.n / settings.rowsPerTree)
  const first = round % step
  const rows = Uint32Array.from({ length: Math.ceil((bins.n - first) / step) }, (_, k) => first + k * step)
  for (let k = 0; k < rows.length; k++) {
    const row = rows[k]!
    const p = probability(logits[row]!)
    gradients[row] = labels[row]! - p
    information[row] = p * (1 - p)
  }
  const grown = growTree(bins, rows, growth, { ...settings, directions: growth.directions })
  const tree = { ...grown, values: grown.values.map((value) => value * settings.shrinkage) }
  addTree(bins, tree, logits)
  return tree
}

function plain({ features, bins, values, rows }: Tree, used: readonly number[], { edges }: Binned): PlainTree {
  const all = rows.reduce((sum, n) => sum + n, 0)
  return {
    columns: Array.from(features, (feature) => used.indexOf(feature)),
    thresholds: Array.from(features, (feature, k) => (feature < 0 ? 0 : edges[feature]![bins[k]!]!)),
    values: [...values],
    shares: Array.from(rows, (n) => n / all),
  }
}
