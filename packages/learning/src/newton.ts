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

const MOST_ITERATIONS = 50
const MOST_HALVINGS = 30

/**
 * A step is the last when it promised less log likelihood than this: the weights are then within 1e-6 of a
 * standard error before it, and by the square of that after it.
 */
const LAST_GAIN = 1e-12

/**
 * Maximises the penalised likelihood by Newton's method, which for the logistic is iteratively reweighted least
 * squares; a step that lowers the likelihood is halved. The same input gives the same bits.
 */
export function maximise(design: Design, lambda: number, start = startOf(design)): Maximum {
  let weights = start
  let at = likelihood(design, weights, lambda)
  for (let iterations = 1; iterations <= MOST_ITERATIONS; iterations++) {
    const factor = cholesky({ values: at.information, size: design.size })
    // Fitted probabilities of exactly 0 and 1 leave no information: the maximum lies at infinity.
    if (factor === undefined) return { weights, converged: false, iterations, at }
    const step = solve(factor, at.gradient)
    const gain = dot(step, at.gradient) / 2
    const isLast = gain < LAST_GAIN
    const next = climb(design, lambda, { weights, at, step, isLast })
    if (next === undefined) return { weights, converged: false, iterations, at }
    weights = next.weights
    at = next.at
    if (isLast) return { weights, converged: true, iterations, at }
  }
  return { weights, converged: false, iterations: MOST_ITERATIONS, at }
}

type Place = Readonly<{ weights: Float64Array; at: Likelihood }>
type Climb = Place & Readonly<{ step: Float64Array; isLast: boolean }>

function climb(design: Design, lambda: number, { weights, at, step, isLast }: Climb): Place | undefined {
  // Sums over many rows carry this much rounding; a last step promises less than that.
  const dust = isLast ? Infinity : 1e-12 * Math.abs(at.penalised)
  for (let halving = 0, size = 1; halving < MOST_HALVINGS; halving++, size /= 2) {
    const tried = weights.map((w, k) => w + size * step[k]!)
    const there = likelihood(design, tried, lambda)
    if (there.penalised >= at.penalised - dust) return { weights: tried, at: there }
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

/** One pass over the rows. */
export function likelihood(design: Design, weights: Float64Array, lambda: number): Likelihood {
  const { n, size } = design
  const sums: Likelihood = {
    logLikelihood: 0,
    penalised: 0,
    gradient: new Float64Array(size),
    information: new Float64Array(size * size),
    separates: true,
  }
  const work = { block: newBlock(size), weighted: newBlock(size), own: new Float64Array(BLOCK_ROWS) }
  for (let start = 0; start < n; start += BLOCK_ROWS) addBlock(design, weights, sums, { ...work, start })
  sums.penalised = sums.logLikelihood
  for (let k = 1; k < size; k++) {
    const w = weights[k]!
    sums.penalised -= (lambda / 2) * w * w
    sums.gradient[k]! -= lambda * w
    sums.information[k * size + k]! += lambda
  }
  return sums
}

type Work = Readonly<{ block: Float64Array; weighted: Float64Array; own: Float64Array; start: number }>

function addBlock(design: Design, weights: Float64Array, sums: Likelihood, work: Work): void {
  const { block, weighted, own, start } = work
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
    for (let r = 0; r < BLOCK_ROWS; r++) {
      slope += own[r]! * block[at + r]!
      weighted[at + r] = weighted[r]! * block[at + r]!
    }
    sums.gradient[k]! += slope
  }
  addGram(sums.information, size, block, weighted)
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, x, k) => sum + x * b[k]!, 0)
}
