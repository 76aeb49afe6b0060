import { calibrated } from '@perennial/predictors'
import { type Auc, aucWithError } from './auc.ts'
import { type Calibration, fitCalibration, raised } from './calibration.ts'
import { CANDIDATES, type CandidateName, fitCandidate, type Knowledge } from './candidates.ts'
import { explain } from './explain.ts'
import { levelled, levelOf } from './levels.ts'
import { brier, type Difference, logLoss } from './metrics.ts'
import { compare, judge, type Judged, firstWithinNoise } from './noise.ts'
import { type LapseModel, logitsOf } from './predictor.ts'
import { isEnough, type Splits, splitsOf } from './splits.ts'
import { type Dropped } from './standardise.ts'
import { checkTable, columnsOf, lapsesIn, pooled, type Table, thinned } from './table.ts'

export type ChoiceOptions = Knowledge &
  Readonly<{
    /**
     * Columns that tell who joined when, such as tenure or terms completed. One cut-off cannot tell what they do from
     * what became of that year's members, so they are used only where several cut-offs have enough lapses.
     */
    cohortColumns?: readonly string[]
    /** Fewer lapses than this, or fewer who stayed, and there is no model: the prior stays. */
    leastLapses?: number
  }>

/**
 * Ten for each of an intercept and four weights (see `candidates.ts` on lapses per weight); with fewer, the standard
 * error of an AUC is above .04, and every candidate looks like every other.
 */
export const LEAST_LAPSES = 50

/** How a candidate did on members held back from it. */
export type CandidateReport = Readonly<{
  name: CandidateName
  /** Whether it could be chosen; if not, `note` says why. */
  offered: boolean
  note?: string
  heldBack?: Readonly<{ n: number; lapses: number; auc: Auc; logLoss: number; brier: number }>
  /** Log loss less that of the best candidate, each cut-off at its own rate; see `compare`. */
  versusBest?: Difference
}>

/** What was chosen, and why. Plain data. */
export type Choice =
  | Readonly<{ kind: 'prior'; n: number; lapses: number; explanation: readonly string[] }>
  | ChosenModel

export type ChosenModel = Readonly<{
  kind: 'model'
  name: CandidateName
  /** Fitted to all cut-offs. */
  model: LapseModel
  /** From the model's log-odds to the risk; fitted on held-back members. */
  calibration: Calibration
  cutOffs: number
  n: number
  lapses: number
  heldBackBy: Splits['by']
  /** Columns left out before anything was learned. */
  leftOut: readonly Dropped[]
  candidates: readonly CandidateReport[]
  /** Sentences for people. */
  explanation: readonly string[]
}>

/** The judgement needs no more rows of a cut-off than this; the chosen model is then fitted to all. */
const ROWS_TO_JUDGE = 25_000

/**
 * Chooses a way to learn from past cut-offs, in time order, by how it does on members held back: the later cut-offs,
 * each judged after learning from those before it, or where there is none to judge, a fifth of the members at a time.
 * The first candidate, in the order of `CANDIDATES`, that is not worse than the best by more than noise is fitted to
 * all cut-offs and calibrated.
 * The cut-off that the result will be tested on must not be among `tables`. The same input gives the same bits.
 * Throws when a table is malformed.
 */
export function choose(tables: readonly Table[], options: ChoiceOptions = {}): Choice {
  tables.forEach((table) => checkTable(table))
  const counts = { n: sumOf(tables, ({ n }) => n), lapses: sumOf(tables, lapsesIn) }
  const least = options.leastLapses ?? LEAST_LAPSES
  if (counts.lapses < least || counts.n - counts.lapses < least)
    return { kind: 'prior', ...counts, explanation: explain.prior(counts, least) }
  const { leftOut, kept } = withoutCohorts(tables, options.cohortColumns ?? [])
  const splits = splitsOf(kept.map((table) => thinned(table, ROWS_TO_JUDGE)))
  const judged = judgeAll(splits, options)
  const { name, candidates, best } = decide(splits, judged, options)
  const model = fitCandidate(name, kept, options)
  const calibration = calibrationOf(splits, judged.get(name)!, { model, tables: kept })
  const chosen = { kind: 'model', name, model, calibration, cutOffs: tables.length, ...counts } as const
  const result = { ...chosen, heldBackBy: splits.by, leftOut, candidates }
  return { ...result, explanation: explain.model(result, best) }
}

function sumOf(tables: readonly Table[], count: (table: Table) => number): number {
  return tables.reduce((sum, table) => sum + count(table), 0)
}

function withoutCohorts(
  tables: readonly Table[],
  cohort: readonly string[],
): Readonly<{ kept: readonly Table[]; leftOut: readonly Dropped[] }> {
  if (tables.filter((table) => isEnough([table])).length > 1) return { kept: tables, leftOut: [] }
  const reason = 'only one cut-off has enough lapses: it cannot tell this from what became of those who joined then'
  const names = tables[0]!.names.filter((name) => !cohort.includes(name))
  return {
    kept: tables.map((table) => columnsOf(table, names)),
    leftOut: tables[0]!.names.filter((name) => cohort.includes(name)).map((name) => ({ name, reason })),
  }
}

/** Every candidate that can be fitted. */
function judgeAll(splits: Splits, knowledge: Knowledge): ReadonlyMap<CandidateName, Judged> {
  const able = CANDIDATES.filter((name) => cannot(name, splits, knowledge) === undefined)
  return new Map(able.map((name) => [name, judge(splits, (train) => fitCandidate(name, train, knowledge))]))
}

/** Why a candidate cannot be fitted or judged, if so. */
function cannot(name: CandidateName, { by, all }: Splits, { recency }: Knowledge): string | undefined {
  if (name === 'base rate') return undefined
  if (name === 'recency') return recency === undefined ? 'no column is known to tell silence' : undefined
  if (all[0]!.judge.names.length === 0) return 'there is no column to learn from'
  return name === 'boosted trees' && by === 'members'
    ? 'there is no later cut-off for it to prove itself on'
    : undefined
}

type Decision = Readonly<{ name: CandidateName; best: CandidateName; candidates: readonly CandidateReport[] }>

function decide(splits: Splits, judged: ReadonlyMap<CandidateName, Judged>, knowledge: Knowledge): Decision {
  const unproven = judged.has('boosted trees') ? trialOfTrees(splits, judged) : undefined
  const offered = [...judged.keys()].filter((name) => name !== 'boosted trees' || unproven === undefined)
  const index = firstWithinNoise(
    splits,
    offered.map((name) => judged.get(name)!),
  )
  const [name, best] = [offered[index.chosen]!, offered[index.best]!]
  const candidates = CANDIDATES.map((candidate): CandidateReport => {
    const own = judged.get(candidate)
    const note = cannot(candidate, splits, knowledge) ?? (candidate === 'boosted trees' ? unproven : undefined)
    return {
      name: candidate,
      offered: note === undefined,
      ...(note === undefined ? {} : { note }),
      ...(own === undefined
        ? {}
        : { heldBack: heldBack(splits, own), versusBest: compare(splits, own, judged.get(best)!) }),
    }
  })
  return { name, best, candidates }
}

/** Trees must beat the better hazard on the latest cut-off by more than noise, and not rank worse. Why not, if not. */
function trialOfTrees({ by, all }: Splits, judged: ReadonlyMap<CandidateName, Judged>): string | undefined {
  const latest = { by, all: all.slice(-1) }
  const { labels } = latest.all[0]!.judge
  const onLatest = (name: CandidateName): Judged => judged.get(name)!.slice(-1)
  const [one, other] = [onLatest('hazard on all columns'), onLatest('hazard on few columns')]
  const hazard = compare(latest, one, other).difference <= 0 ? one : other
  const trees = onLatest('boosted trees')
  const { difference, se } = compare(latest, trees, hazard)
  if (difference >= -se) return 'on the latest past cut-off it does not beat the hazard by more than noise'
  const ranks = aucWithError(trees[0]!, labels).auc >= aucWithError(hazard[0]!, labels).auc
  return ranks ? undefined : 'on the latest past cut-off it ranks members worse than the hazard'
}

function heldBack(splits: Splits, judged: Judged): NonNullable<CandidateReport['heldBack']> {
  const { logits, labels } = together(splits, judged)
  return {
    n: labels.length,
    lapses: labels.reduce((sum, label) => sum + label, 0),
    auc: meanAuc(splits, judged),
    logLoss: logLoss(logits, labels),
    brier: brier(logits, labels),
  }
}

/** By members. Of each split for itself: who ranks where among members of other years, or of other fits, means nothing. */
function meanAuc({ all }: Splits, judged: Judged): Auc {
  const areas = all.flatMap(({ judge }, s) => {
    const area = aucWithError(judged[s]!, judge.labels)
    return Number.isNaN(area.auc) ? [] : [{ n: judge.n, ...area }]
  })
  const n = areas.reduce((sum, area) => sum + area.n, 0)
  return {
    auc: areas.reduce((sum, area) => sum + area.n * area.auc, 0) / n,
    se: Math.hypot(...areas.map((area) => area.n * area.se)) / n,
  }
}

function together({ all }: Splits, judged: Judged): Readonly<{ logits: Float64Array; labels: Uint8Array }> {
  return {
    logits: Float64Array.from(judged.flatMap((logits) => [...logits])),
    labels: Uint8Array.from(all.flatMap(({ judge }) => [...judge.labels])),
  }
}

type Fitted = Readonly<{ model: LapseModel; tables: readonly Table[] }>

/**
 * Fitted on held-back members: how sure the model may be. Its level is that of all cut-offs together: rates swing from
 * year to year, and the latest alone is a worse guess of the next.
 */
function calibrationOf(splits: Splits, judged: Judged, { model, tables }: Fitted): Calibration {
  const isLater = splits.by === 'later cut-offs'
  const moved = isLater ? judged.map((logits, s) => levelled(logits, splits.all[s]!.judge)) : judged
  const { logits, labels } = together(splits, moved)
  const shape = fitCalibration(logits, labels)
  const whole = pooled(tables)
  const after = logitsOf(model, whole).map((logit) => calibrated(shape, logit))
  return raised(shape, levelOf(after, whole))
}
