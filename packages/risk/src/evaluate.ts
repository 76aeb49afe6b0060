import { DECAY_RATES, type EpochMs, LANDMARK_MS, type Rows } from '@perennial/member'
import { addParts, calibrated, type Isotonic, toGrain } from '@perennial/predictors'
import { type Compiled, FIRST_FEATURE, type Grove, INTERCEPT, PRIOR } from './compiled.ts'
import { membershipYear } from './membership-year.ts'

/**
 * The logit of row `i` at `at`: the sum of the contributions, which it leaves in
 * `c` together with the values. `at` must not lie before the row's latest fact.
 * Runs once or twice per fact: counted loops over flat arrays, because
 * for-of and calls through objects cost as much again as the arithmetic.
 */
export function evaluate(c: Compiled, rows: Rows, i: number, at: EpochMs): number {
  const { contributions, values } = c
  const year = membershipYear(rows, i)
  values[PRIOR] = year
  contributions[PRIOR] = c.priors[year] ?? 0
  evaluateSums(c, rows, i, at)
  evaluateElapsed(c, rows, i, at)
  evaluateOthers(c, rows, i, at)
  const logit = (contributions[INTERCEPT] ?? 0) + (contributions[PRIOR] ?? 0)
  const sum = c.grove === undefined ? addWeighted(c, logit) : addTrees(c.grove, logit)
  return c.broken === undefined ? sum : addCalibration(c, c.broken, sum)
}

function addWeighted({ contributions, values, weights, means, lows, highs }: Compiled, start: number): number {
  let logit = start
  for (let k = FIRST_FEATURE; k < means.length; k++) {
    const value = values[k] ?? 0
    const low = lows[k] ?? 0
    const high = highs[k] ?? 0
    const within = value < low ? low : value > high ? high : value
    const contribution = toGrain((weights[k] ?? 0) * (within - (means[k] ?? 0)))
    contributions[k] = contribution
    logit += contribution
  }
  return logit
}

function addTrees({ forest, slope, values, contributions }: Grove, start: number): number {
  const sum = addParts(forest, values, contributions)
  if (slope === 1) return start + sum
  let logit = start
  for (let k = 0; k < contributions.length; k++) {
    const contribution = toGrain(slope * (contributions[k] ?? 0))
    contributions[k] = contribution
    logit += contribution
  }
  return logit
}

/** A broken line is no factor of the contributions: what it adds to their sum is one more of them. */
function addCalibration({ contributions, values }: Compiled, broken: Isotonic, logit: number): number {
  const last = contributions.length - 1
  const after = toGrain(calibrated(broken, logit))
  values[last] = logit
  contributions[last] = after - logit
  return after
}

/** After `evaluate`: its logit before a broken line, on whose scale the slopes are. */
export function logitBefore({ broken, values }: Compiled, logit: number): number {
  return broken === undefined ? logit : (values[values.length - 1] ?? 0)
}

function evaluateSums({ sums, factors, amounts, values }: Compiled, rows: Rows, i: number, at: EpochMs): void {
  const { slots, ends, halfLives, targets } = sums
  const { f64 } = rows
  const base = i * rows.slots
  const age = at - LANDMARK_MS
  for (let h = 0; h < factors.length; h++) factors[h] = Math.exp(-(DECAY_RATES[h] ?? 0) * age)
  for (let s = 0; s < targets.length; s++) {
    let sum = 0
    const end = ends[s + 1] ?? 0
    for (let p = ends[s] ?? 0; p < end; p++) sum += f64[base + (slots[p] ?? 0)] ?? 0
    // Taking an alias's sums back may leave rounding dust below zero.
    const amount = sum > 0 ? sum * (factors[halfLives[s] ?? 0] ?? 0) : 0
    const k = targets[s] ?? 0
    amounts[k] = amount
    values[k] = amount === 0 ? 0 : Math.log1p(amount)
  }
}

function evaluateElapsed(
  { elapsed, amounts, values, means, unknown }: Compiled,
  rows: Rows,
  i: number,
  at: EpochMs,
): void {
  const { slots, ends, rates, targets, since } = elapsed
  const { f64 } = rows
  const base = i * rows.slots
  for (let e = 0; e < targets.length; e++) {
    let latest = 0
    const end = ends[e + 1] ?? 0
    for (let p = ends[e] ?? 0; p < end; p++) {
      const instant = f64[base + (slots[p] ?? 0)] ?? 0
      if (instant > latest) latest = instant
    }
    since[e] = latest
    const amount = at > latest ? (at - latest) * (rates[e] ?? 0) : 0
    const k = targets[e] ?? 0
    amounts[k] = amount
    unknown[k] = latest === 0 ? 1 : 0
    if (latest === 0) values[k] = means[k] ?? 0
    else values[k] = amount === 0 ? 0 : Math.log1p(amount)
  }
}

function evaluateOthers({ others, values, means, unknown }: Compiled, rows: Rows, i: number, at: EpochMs): void {
  const { functions, targets } = others
  for (let o = 0; o < functions.length; o++) {
    const k = targets[o] ?? 0
    const value = functions[o]?.(rows, i, at)
    unknown[k] = value === undefined ? 1 : 0
    values[k] = value ?? means[k] ?? 0
  }
}

/**
 * After `evaluate` with the same arguments: `c.rates` = how fast, per
 * millisecond, the logit can rise and fall at most from `at` until `nextStep`.
 * Rise and fall are kept apart because most of a member's features only ever push one way.
 */
export function boundRates(c: Compiled, rows: Rows, i: number, at: EpochMs): void {
  const { sums, elapsed, drifts, amounts, moving, rates, values, lows, highs } = c
  let rise = 0
  let fall = 0
  for (let s = 0; s < sums.targets.length; s++) {
    const k = sums.targets[s] ?? 0
    // Below what a weight holds for, and falling.
    if ((values[k] ?? 0) <= (lows[k] ?? 0)) continue
    const amount = amounts[k] ?? 0
    const rate = ((drifts[k] ?? 0) * (sums.rates[s] ?? 0) * amount) / (1 + amount)
    if (rate > 0) rise += rate
    else fall -= rate
  }
  for (let e = 0; e < elapsed.targets.length; e++) {
    const since = elapsed.since[e] ?? 0
    // Not known, or still ahead: stays as it is until then.
    if (since === 0 || since > at) continue
    const k = elapsed.targets[e] ?? 0
    // Above what a weight holds for, and rising.
    if ((values[k] ?? 0) >= (highs[k] ?? 0)) continue
    const rate = ((drifts[k] ?? 0) * (elapsed.rates[e] ?? 0)) / (1 + (amounts[k] ?? 0))
    if (rate > 0) rise += rate
    else fall -= rate
  }
  for (let m = 0; m < moving.functions.length; m++) {
    const rate = (drifts[moving.targets[m] ?? 0] ?? 0) * (moving.functions[m]?.(rows, i, at) ?? 0)
    if (rate > 0) rise += rate
    else fall -= rate
  }
  rates[0] = rise
  rates[1] = fall
}

/** After `evaluate`: the next date after `at` at which a feature of the model jumps or takes another course; Infinity = none. */
export function nextStep({ stepping, elapsed }: Compiled, rows: Rows, i: number, at: EpochMs): EpochMs {
  let step = Infinity
  for (let e = 0; e < elapsed.since.length; e++) {
    const since = elapsed.since[e] ?? 0
    if (since > at && since < step) step = since
  }
  const { functions } = stepping
  for (let s = 0; s < functions.length; s++) step = Math.min(step, functions[s]?.(rows, i, at) ?? Infinity)
  return step
}
