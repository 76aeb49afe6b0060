import { dropoutChances, type PurchaseHistory, type PurchaseModel } from './bg-nbd.ts'
import { type Fit, fit, refused, type Refused, refusedIfFew } from './fit.ts'

/** A history and how many have it; 1 where left out. */
export type CountedPurchases = PurchaseHistory & Readonly<{ count?: number }>

/**
 * Maximum likelihood; needs 20 repeat purchases. Time is measured in the mean
 * of `observedFor` while it searches, so that any unit will do; `alpha` comes in the unit given.
 */
export function fitPurchases(kind: PurchaseModel['kind'], histories: readonly CountedPurchases[]): Fit<PurchaseModel> {
  const refusal = refusalOf(histories)
  if (refusal !== undefined) return refusal
  const columns = columnsOf(histories)
  const { unit, repeats, members } = columns
  const model = ([r = 0, alpha = 0, a = 0, b = 0]: readonly number[]): PurchaseModel => ({ kind, r, alpha, a, b })
  const found = fit<PurchaseModel>({
    estimated: ['r', 'alpha', 'a', 'b'],
    model: ([r = 0, alpha = 0, a = 0, b = 0]) => model([r, alpha * unit, a, b]),
    logLikelihood: (parameters) => scaledLogLikelihood(model(parameters), columns),
    starts: starts(repeats / members),
    climbs: 3,
  })
  return { ...found, logLikelihood: found.logLikelihood - repeats * Math.log(unit) }
}

/** Few people leave room for several stories: rates that differ much, or two kinds of people. */
function starts(rate: number): readonly (readonly number[])[] {
  const sizes = [0.2, 1, 5]
  return [0.25, 1, 4].flatMap((r) =>
    sizes.flatMap((size) => [0.2, 0.6].map((leaves) => [r, r / rate, leaves * size, (1 - leaves) * size])),
  )
}

/** Log-likelihood of the times of purchases, as published: it depends on the time unit, a density per repeat. */
export function purchaseLogLikelihood(model: PurchaseModel, histories: readonly CountedPurchases[]): number {
  const columns = columnsOf(histories)
  const scaled = { ...model, alpha: model.alpha / columns.unit }
  return scaledLogLikelihood(scaled, columns) - columns.repeats * Math.log(columns.unit)
}

/** Flat, because a fit reads them some hundred times. Times in `unit`. */
type Columns = Readonly<{
  x: Int32Array
  lastAt: Float64Array
  observedFor: Float64Array
  count: Float64Array
  /** Mean time observed. */
  unit: number
  /** All repeats, all members. */
  repeats: number
  members: number
  mostRepeats: number
}>

function columnsOf(histories: readonly CountedPurchases[]): Columns {
  const count = Float64Array.from(histories, (history) => history.count ?? 1)
  const x = Int32Array.from(histories, ({ repeats }) => repeats)
  const weighted = (values: ArrayLike<number>) => count.reduce((sum, n, i) => sum + n * (values[i] ?? 0), 0)
  const members = count.reduce((sum, n) => sum + n, 0)
  const observed = Float64Array.from(histories, ({ observedFor }) => observedFor)
  const unit = weighted(observed) / members || 1
  return {
    x,
    lastAt: Float64Array.from(histories, ({ lastAt }) => lastAt / unit),
    observedFor: observed.map((time) => time / unit),
    count,
    unit,
    repeats: weighted(x),
    members,
    mostRepeats: x.reduce((most, n) => Math.max(most, n), 0),
  }
}

/**
 * Σ ln of Γ(r + x) / Γ(r) · alpha^r · B(a, b + m) / B(a, b) · (alpha + T)^−(r + x) · (1 + odds of having dropped out).
 * What depends on x alone is read from tables.
 */
function scaledLogLikelihood(model: PurchaseModel, columns: Columns): number {
  const { kind, r, alpha, a, b } = model
  const { x, lastAt, observedFor, count, mostRepeats } = columns
  const byRepeats = tableOf(model, mostRepeats)
  const odds = Float64Array.from({ length: mostRepeats + 1 }, (_, n) => {
    const chances = dropoutChances(kind, n)
    return chances === 0 ? -Infinity : Math.log(a / (b + chances - 1))
  })
  const logAlpha = Math.log(alpha)
  let sum = 0
  for (let i = 0; i < x.length; i++) {
    const n = x[i] ?? 0
    const now = Math.log(alpha + (observedFor[i] ?? 0))
    const then = Math.log(alpha + (lastAt[i] ?? 0))
    const dropped = (odds[n] ?? 0) + (r + n) * (now - then)
    const log = (byRepeats[n] ?? 0) - r * (now - logAlpha) - n * now + softplus(dropped)
    sum += (count[i] ?? 0) * log
  }
  return sum
}

/** By number of repeats: ln of Γ(r + x) / Γ(r) · B(a, b + m) / B(a, b). */
function tableOf({ kind, r, a, b }: PurchaseModel, mostRepeats: number): Float64Array {
  const table = new Float64Array(mostRepeats + 1)
  let log = 0
  let chances = 0
  for (let n = 0; n <= mostRepeats; n++) {
    if (n > 0) log += Math.log(r + n - 1)
    for (; chances < dropoutChances(kind, n); chances++) log -= Math.log1p(a / (b + chances))
    table[n] = log
  }
  return table
}

/** ln(1 + e^x). */
function softplus(x: number): number {
  return x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x))
}

function refusalOf(histories: readonly CountedPurchases[]): Refused | undefined {
  for (const [i, history] of histories.entries()) {
    const wrong = impossible(history)
    if (wrong !== undefined) return refused('impossible-counts', `Purchase history ${i + 1}: ${wrong}.`)
  }
  const repeats = histories.reduce((sum, { repeats, count = 1 }) => sum + repeats * count, 0)
  if (histories.every(({ observedFor, count = 1 }) => observedFor * count === 0))
    return refused('too-short', 'No time has passed since the first purchases.')
  if (repeats === 0) return refused('all-left', 'Nobody has ever purchased again: who will cannot be told.')
  return refusedIfFew(repeats, 'repeat purchases', 4)
}

function impossible({ repeats, lastAt, observedFor, count = 1 }: CountedPurchases): string | undefined {
  if (!(Number.isFinite(count) && count >= 0)) return `count ${count} is not 0 or more`
  if (!(Number.isInteger(repeats) && repeats >= 0)) return `${repeats} repeats, which is no count`
  if (!(Number.isFinite(observedFor) && lastAt >= 0 && lastAt <= observedFor))
    return `the last purchase at ${lastAt} is not within 0 … ${observedFor}, the time observed`
  if (repeats === 0 && lastAt > 0) return `a last purchase at ${lastAt} without repeats`
  if (repeats > 0 && lastAt === 0)
    return `${repeats} repeats at the time of the first purchase; merge what happened at once`
  return undefined
}
