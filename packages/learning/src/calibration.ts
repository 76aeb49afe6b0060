import { calibrated, type Isotonic, type Platt } from '@perennial/predictors'
import { fitHazard } from './hazard.ts'
import { levelOf } from './levels.ts'
import { logOdds, probability } from './log-odds.ts'
import { logLossDifference } from './metrics.ts'
import { ascending, tieEnd } from './ranks.ts'
import { scalesOf } from './standardise.ts'
import { lapsesIn, type Table } from './table.ts'

/**
 * A fitted calibration, and on how many members. A member's contributions add up to the log-odds before it; with a
 * straight line, times its slope, they add up to the log-odds after it too.
 */
export type Calibration = Straight | Broken

type FittedOn = Readonly<{ n: number; lapses: number }>

/** Platt scaling. */
export type Straight = Platt & FittedOn

/** Isotonic regression, drawn through the middle of its steps. */
export type Broken = Isotonic & FittedOn

/**
 * From so many lapses, and as many who stayed, isotonic: below it steps follow chance (Niculescu-Mizil & Caruana,
 * "Predicting Good Probabilities with Supervised Learning", ICML 2005, figure 8).
 */
export const ISOTONIC_FROM = 1_000

/**
 * Fits a calibration to log-odds of members the model has not seen: a straight line up to `ISOTONIC_FROM` lapses;
 * from there on a broken one, if that is better by more than noise where each half of the members is judged by a fit
 * to the other. Throws unless there is a member who lapsed and one who did not.
 */
export function fitCalibration(logits: Float64Array, labels: Uint8Array): Calibration {
  const straight = platt(logits, labels)
  const rarer = Math.min(straight.lapses, straight.n - straight.lapses)
  if (rarer < ISOTONIC_FROM || !isBentForGood(logits, labels)) return straight
  return isotonic(logits, labels, straight)
}

function isBentForGood(logits: Float64Array, labels: Uint8Array): boolean {
  const bent = new Float64Array(logits.length)
  const line = new Float64Array(logits.length)
  for (const half of [0, 1]) {
    const [z, y] = [logits.filter((_, i) => i % 2 === half), labels.filter((_, i) => i % 2 === half)]
    const straight = platt(z, y)
    const broken = isotonic(z, y, straight)
    for (let i = 1 - half; i < logits.length; i += 2) {
      bent[i] = calibrated(broken, logits[i]!)
      line[i] = calibrated(straight, logits[i]!)
    }
  }
  const { difference, se } = logLossDifference(bent, line, labels)
  return difference < -se
}

/** The same calibration with `by` log-odds more. */
export function raised(calibration: Calibration, by: number): Calibration {
  return calibration.kind === 'platt'
    ? { ...calibration, intercept: calibration.intercept + by }
    : { ...calibration, to: calibration.to.map((to) => to + by) }
}

/**
 * Held-back members are few, so the slope is taken to come from a normal around 1 with this deviation: half as sure
 * or one and a half times as sure is as far as models usually stray.
 */
const SLOPE_DEVIATION = 0.5

/** A line must rise, whatever the data say. */
const LEAST_SLOPE = 0.05

function platt(logits: Float64Array, labels: Uint8Array): Straight {
  const table: Table = { names: ['logit'], columns: [logits], labels, offset: logits, n: labels.length }
  const [scale] = scalesOf(table).scales
  const lambda = scale === undefined ? 0 : (scale.sd * SLOPE_DEVIATION) ** -2
  // What is fitted is the change to a line of slope 1, which stands in the offset.
  const change = fitHazard(table, { lambda })
  const [feature] = change.features
  const perLogit = feature === undefined ? 0 : feature.weight / feature.sd
  const base = { kind: 'platt', n: table.n, lapses: lapsesIn(table) } as const
  const slope = 1 + perLogit
  if (slope >= LEAST_SLOPE) return { ...base, slope, intercept: change.intercept - perLogit * (feature?.mean ?? 0) }
  const intercept = levelOf(
    logits.map((logit) => LEAST_SLOPE * logit),
    table,
  )
  return { ...base, slope: LEAST_SLOPE, intercept }
}

/** Steps are searched among at most so many groups of equally many members; a file need not hold more. */
const MOST_STEPS = 50

type Step = Readonly<{ n: number; lapses: number; logits: number }>

function isotonic(logits: Float64Array, labels: Uint8Array, straight: Straight): Broken {
  const steps = pooledViolators(groupsOf(logits, labels))
  const from = steps.map(({ logits, n }) => logits / n)
  const to: number[] = []
  steps.forEach(({ n, lapses }, k) => {
    // One member's worth of the straight line keeps a step without lapses, or with nothing else, finite.
    const expected = probability(calibrated(straight, from[k]!))
    const rate = logOdds((lapses + expected) / (n + 1))
    to.push(k === 0 ? rate : Math.max(rate, to[k - 1]! + LEAST_SLOPE * (from[k]! - from[k - 1]!)))
  })
  return { kind: 'isotonic', from, to, slope: straight.slope, n: straight.n, lapses: straight.lapses }
}

/** Members in order of their logit, in groups of about equally many; equal ones stay together. */
function groupsOf(logits: Float64Array, labels: Uint8Array): readonly Step[] {
  const order = ascending(logits)
  const groups: Step[] = []
  const size = Math.ceil(order.length / MOST_STEPS)
  for (let start = 0; start < order.length;) {
    const end = tieEnd(logits, order, Math.min(start + size, order.length) - 1)
    let [lapses, sum] = [0, 0]
    for (let k = start; k < end; k++) {
      lapses += labels[order[k]!]!
      sum += logits[order[k]!]!
    }
    groups.push({ n: end - start, lapses, logits: sum })
    start = end
  }
  return groups
}

/**
 * Groups merged until the rate rises from each to the next: the pool-adjacent-violators algorithm, Ayer et al., "An
 * Empirical Distribution Function for Sampling with Incomplete Information", Annals of Math. Statistics 26(4), 1955.
 */
function pooledViolators(groups: readonly Step[]): readonly Step[] {
  const steps: Step[] = []
  for (const group of groups) {
    let step = group
    for (
      let last = steps.at(-1);
      last !== undefined && last.lapses * step.n >= step.lapses * last.n;
      last = steps.at(-1)
    ) {
      step = { n: last.n + step.n, lapses: last.lapses + step.lapses, logits: last.logits + step.logits }
      steps.pop()
    }
    steps.push(step)
  }
  return steps
}
