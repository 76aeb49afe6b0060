import { cholesky, solve } from './cholesky.ts'
import { type Design, fillBlock, newBlock } from './design.ts'
import { addGram, BLOCK_ROWS } from './gram.ts'

/** Penalised log likelihood at some weights: −Σ loss − λ/2 · Σ weight², the intercept free. */
export type Likelihood = {
  logLikelihood: number
  penalised: number
  /** First derivative, and the negative of the second (lower triangle), intercept first. */
  gradient: Float64Array
  information: Float64Array
  /** Whether the weights alone put every member on the side of the label. */
  separates: boolean
}

export type Maximum = Readonly<{
  /** Intercept and standardised weights. */
  weights: Float64Array
  converged: boolean
  iterations: number
  /** At the weights. */
  at: Likelihood
}>

const MOST_ITERATIONS = 100
const MOST_HALVINGS = 30

/**
 * A step is the last when it promised less log likelihood than this: the weights are then within 1e-6 of a
 * standard error before it, and by the square of that after it.
 */
const LAST_GAIN = 1e-12

/**
 * From so many columns on the second derivative, whose cost goes with the square of their number, is used for several
 * steps; below it costs no more than the rest of a pass.
 */
const MANY_COLUMNS = 16

/** A step with an earlier second derivative must promise so little of what the one before did, or it is computed anew. */
const SLOW = 0.1

/**
 * Maximises the penalised likelihood by Newton's method, which for the logistic is iteratively reweighted least
 * squares; a step that lowers the likelihood is halved. The same input gives the same bits.
 */
export function maximise(design: Design, lambda: number, { start, whole = true }: Search = {}): Maximum {
  const reuses = design.size >= MANY_COLUMNS
  const placeAt = (weights: Float64Array, isWhole: boolean): Place => {
    return { weights, at: likelihood(design, weights, lambda, isWhole), isWhole }
  }
  const factorOf = (values: Float64Array) => cholesky({ values, size: design.size })
  const given = reuses && start !== undefined ? factorOf(start.information) : undefined
  let place = placeAt(start?.weights ?? startOf(design), given === undefined)
  let factor = given ?? factorOf(place.at.information)
  let promised = Infinity
  for (let iterations = 1; iterations <= MOST_ITERATIONS; iterations++) {
    // Fitted probabilities of exactly 0 and 1 leave no information: the maximum lies at infinity.
    if (factor === undefined) return { ...place, converged: false, iterations }
    const step = solve(factor, place.at.gradient)
    const gain = dot(step, place.at.gradient) / 2
    const isLast = gain < LAST_GAIN
    const isSlow = !place.isWhole && gain > SLOW * promised
    const next = isSlow ? undefined : climb(design, lambda, { ...place, step, isLast, whole: isLast ? whole : !reuses })
    if (next === undefined && place.isWhole) return { ...place, converged: false, iterations }
    place = next ?? placeAt(place.weights, true)
    promised = next === undefined ? Infinity : gain
    if (isLast && next !== undefined) return { ...place, converged: true, iterations }
    if (place.isWhole) factor = factorOf(place.at.information)
  }
  return { ...placeAt(place.weights, true), converged: false, iterations: MOST_ITERATIONS }
}

type Search = Readonly<{
  /** Weights to begin with, and about what the second derivative is there. */
  start?: Readonly<{ weights: Float64Array; information: Float64Array }> | undefined
  /** Whether the second derivative at the maximum is wanted. */
  whole?: boolean
}>

/** Some weights and the likelihood there; `isWhole`: with the second derivative. */
type Place = Readonly<{ weights: Float64Array; at: Likelihood; isWhole: boolean }>
type Climb = Place & Readonly<{ step: Float64Array; isLast: boolean; whole: boolean }>

function climb(design: Design, lambda: number, { weights, at, step, isLast, whole }: Climb): Place | undefined {
  // Sums over many rows carry this much rounding; a last step promises less than that.
  const dust = isLast ? Infinity : 1e-12 * Math.abs(at.penalised)
  for (let halving = 0, size = 1; halving < MOST_HALVINGS; halving++, size /= 2) {
    const tried = weights.map((w, k) => w + size * step[k]!)
    const there = likelihood(design, tried, lambda, whole)
    if (there.penalised >= at.penalised - dust) return { weights: tried, at: there, isWhole: whole }
  }
  return undefined
}

/** The base rate, as if no column told anything. */
function startOf({ labels, offset, n, size }: Design): Float64Array {
  let [lapses, offsets] = [0, 0]
  for (let i = 0; i < n; i++) {
    lapses += labels[i]!
    offsets += offset[i]!
  }
  const weights = new Float64Array(size)
  weights[0] = Math.log((lapses + 0.5) / (n - lapses + 0.5)) - offsets / n
  return weights
}

/** One pass over the rows; `whole`: with the second derivative, which is zeros otherwise. */
export function likelihood(design: Design, weights: Float64Array, lambda: number, whole = true): Likelihood {
  const { n, size } = design
  const sums: Likelihood = {
    logLikelihood: 0,
    penalised: 0,
    gradient: new Float64Array(size),
    information: new Float64Array(size * size),
    separates: true,
  }
  const work = { block: newBlock(size), weighted: newBlock(size), own: new Float64Array(BLOCK_ROWS) }
  for (let start = 0; start < n; start += BLOCK_ROWS) addBlock(design, weights, sums, { ...work, start, whole })
  sums.penalised = sums.logLikelihood
  for (let k = 1; k < size; k++) {
    const w = weights[k]!
    sums.penalised -= (lambda / 2) * w * w
    sums.gradient[k]! -= lambda * w
    sums.information[k * size + k]! += lambda
  }
  return sums
}

type Work = Readonly<{ block: Float64Array; weighted: Float64Array; own: Float64Array; start: number; whole: boolean }>

function addBlock(design: Design, weights: Float64Array, sums: Likelihood, work: Work): void {
  const { block, weighted, own, start, whole } = work
  const { size, labels, offset } = design
  const rows = fillBlock(design, start, block)
  own.fill(0)
  for (let k = 0; k < size; k++) {
    const w = weights[k]!
    const at = k * BLOCK_ROWS
    for (let r = 0; r < BLOCK_ROWS; r++) own[r]! += w * block[at + r]!
  }
  // By block, because a small number added to a large sum half a million times leaves a trace.
  let logLikelihood = 0
  // `own` becomes the residual; the variance goes where the weighted intercept column belongs.
  for (let r = 0; r < rows; r++) {
    const lapsed = labels[start + r] === 1
    const logit = own[r]! + offset[start + r]!
    if (lapsed ? own[r]! <= 0 : own[r]! >= 0) sums.separates = false
    const odds = Math.exp(-Math.abs(logit))
    const p = logit > 0 ? 1 / (1 + odds) : odds / (1 + odds)
    logLikelihood -= Math.max(0, lapsed ? -logit : logit) + Math.log1p(odds)
    own[r] = (lapsed ? 1 : 0) - p
    weighted[r] = odds / ((1 + odds) * (1 + odds))
  }
  sums.logLikelihood += logLikelihood
  own.fill(0, rows)
  weighted.fill(0, rows, BLOCK_ROWS)
  for (let k = 0; k < size; k++) {
    const at = k * BLOCK_ROWS
    let slope = 0
    for (let r = 0; r < BLOCK_ROWS; r++) slope += own[r]! * block[at + r]!
    sums.gradient[k]! += slope
  }
  if (!whole) return
  for (let k = size - 1; k >= 0; k--) {
    const at = k * BLOCK_ROWS
    for (let r = 0; r < BLOCK_ROWS; r++) weighted[at + r] = weighted[r]! * block[at + r]!
  }
  addGram(sums.information, size, block, weighted)
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, x, k) => sum + x * b[k]!, 0)
}
