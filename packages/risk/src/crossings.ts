import type { EpochMs, Rows } from '@perennial/member'
import { type Splits, splitsOf } from '@perennial/predictors'
import { type Compiled, FIRST_FEATURE } from './compiled.ts'
import type { BoostedModel } from './model.ts'

/**
 * When the features of a model of trees, moving by themselves, cross the thresholds of its splits. Between crossings
 * the logit stands still.
 */
export type Crossings = Readonly<{
  movers: readonly Mover[]
  // Of the last search, by mover: what its value moves by (amount, start or slope; 0 = not at all), and the next crossing.
  state: Float64Array
  place: Int32Array
  next: Float64Array
  // The crossings to come, in order of time, and the most that the logit can gain and lose at each.
  times: Float64Array
  gains: Float64Array
  losses: Float64Array
}>

/** A feature that moves by itself and is split on. */
type Mover = Readonly<{
  form: Form
  /** Its place among the features of that form, and among the contributions. */
  index: number
  target: number
  /** 1 rises, −1 falls. */
  direction: number
  thresholds: Float64Array
  /** The A of ln(1 + A) at each threshold. */
  amounts: Float64Array
  /** By threshold, the most that the logit can gain and lose when the value crosses it. */
  gains: Float64Array
  losses: Float64Array
}>

type Form = 'sum' | 'elapsed' | 'other'

/** So many crossings ahead are looked at; then comes another look. */
const MOST_CROSSINGS = 24

export function crossingsOf(model: BoostedModel, compiled: Compiled): Crossings {
  const splits = splitsOf(model.trees, model.features.length)
  const { sums, elapsed, moving, directions } = compiled
  const moversOf = (form: Form, targets: Int32Array): Mover[] =>
    Array.from(targets, (target, index) => {
      const direction = directions[target] ?? 0
      return { form, index, target, direction, ...jumpsOf(splits[target - FIRST_FEATURE], direction, compiled) }
    })
  const movers = [
    ...moversOf('sum', sums.targets),
    ...moversOf('elapsed', elapsed.targets),
    ...moversOf('other', moving.targets),
  ].filter(({ thresholds }) => thresholds.length > 0)
  return {
    movers,
    state: new Float64Array(movers.length),
    place: new Int32Array(movers.length),
    next: new Float64Array(movers.length),
    times: new Float64Array(MOST_CROSSINGS),
    gains: new Float64Array(MOST_CROSSINGS),
    losses: new Float64Array(MOST_CROSSINGS),
  }
}

function jumpsOf(splits: Splits | undefined, direction: number, { grove }: Compiled) {
  const none = new Float64Array()
  const { thresholds, gains, losses } = splits ?? { thresholds: none, gains: none, losses: none }
  const calibrated = (jump: number) => (grove?.slope ?? 1) * jump
  // What a value that rises past a threshold can gain, one that falls past it can lose.
  const [up, down] = direction > 0 ? [gains, losses] : [losses, gains]
  return { thresholds, amounts: thresholds.map(Math.expm1), gains: up.map(calibrated), losses: down.map(calibrated) }
}

/** After `evaluate` with the same arguments: lists the crossings to come, without further facts, and says how many. */
export function listCrossings(crossings: Crossings, compiled: Compiled, row: Row): number {
  const { movers, place, next, times, gains, losses } = crossings
  start(crossings, compiled, row)
  let count = 0
  while (count < MOST_CROSSINGS) {
    const m = earliest(next)
    const mover = movers[m]
    const time = next[m] ?? Infinity
    if (mover === undefined || time === Infinity) break
    const at = place[m] ?? 0
    times[count] = time
    gains[count] = mover.gains[at] ?? 0
    losses[count] = mover.losses[at] ?? 0
    count++
    place[m] = at + mover.direction
    next[m] = timeOf(crossings, compiled, m, row.at)
  }
  return count
}

export type Row = Readonly<{ rows: Rows; i: number; at: EpochMs }>

/** Where every mover stands now. */
function start(crossings: Crossings, compiled: Compiled, { rows, i, at }: Row): void {
  const { movers, state, place, next } = crossings
  const { amounts, elapsed, moving, values } = compiled
  for (let m = 0; m < movers.length; m++) {
    const mover = movers[m]
    if (mover === undefined) continue
    const { form, index, target } = mover
    const since = elapsed.since[index] ?? 0
    if (form === 'sum') state[m] = amounts[target] ?? 0
    // Not known, or still ahead: stays as it is until then, which is a step date.
    else if (form === 'elapsed') state[m] = since > at ? 0 : since
    else state[m] = moving.functions[index]?.(rows, i, at) ?? 0
    place[m] = firstPlace(mover, values[target] ?? 0)
    next[m] = timeOf(crossings, compiled, m, at)
  }
}

/** The threshold that a value comes to first on its way: values up to a threshold are on its left. */
function firstPlace({ thresholds, direction }: Mover, value: number): number {
  let [low, high] = [0, thresholds.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((thresholds[middle] ?? 0) < value) low = middle + 1
    else high = middle
  }
  return direction > 0 ? low : low - 1
}

/** A millisecond is far more than what rounding shifts an instant by that was found through a logarithm. */
const ROUNDING_MS = 1

/** When mover `m` is at its next threshold, at the earliest; Infinity = never. */
function timeOf({ movers, state, place }: Crossings, compiled: Compiled, m: number, at: EpochMs): EpochMs {
  const mover = movers[m]
  const p = place[m] ?? 0
  const moves = state[m] ?? 0
  if (mover === undefined || p < 0 || p >= mover.thresholds.length || moves === 0) return Infinity
  const { form, index, target } = mover
  const amount = mover.amounts[p] ?? 0
  if (form === 'elapsed') return Math.max(at, moves + amount / (compiled.elapsed.rates[index] ?? 0) - ROUNDING_MS)
  if (form === 'other') {
    const distance = Math.abs((mover.thresholds[p] ?? 0) - (compiled.values[target] ?? 0))
    return Math.max(at, at + distance / moves - ROUNDING_MS)
  }
  // A sum gets as small as you like, but never 0.
  if (amount <= 0) return Infinity
  return Math.max(at, at + Math.log(moves / amount) / (compiled.sums.rates[index] ?? 0) - ROUNDING_MS)
}

function earliest(next: Float64Array): number {
  let m = 0
  for (let k = 1; k < next.length; k++) if ((next[k] ?? 0) < (next[m] ?? 0)) m = k
  return m
}

/**
 * When the crossings listed, `count` of them, can have made up `distance` by jumps in one direction; 0 where there is
 * none to make up, Infinity = never.
 */
export function timeToJump({ times }: Crossings, jumps: Float64Array, count: number, distance: number): EpochMs {
  if (distance <= 0) return 0
  let sum = 0
  for (let c = 0; c < count; c++) {
    sum += jumps[c] ?? 0
    if (sum >= distance) return times[c] ?? 0
  }
  // Beyond the last one listed there may be more.
  return count === MOST_CROSSINGS && distance < Infinity ? (times[count - 1] ?? 0) : Infinity
}
