/**
 * Giving, or taking part, once a year or not at all: while somebody is there
 * they give with a probability of their own each year, beta distributed (alpha,
 * beta); before each year they stop for good with a probability of their own,
 * beta distributed (gamma, delta). All above 0. Fader, Hardie & Shang,
 * Customer-Base Analysis in a Discrete-Time Noncontractual Setting, Marketing Science 29(6), 2010.
 */
export type GivingModel = Readonly<{ kind: 'bg-bb'; alpha: number; beta: number; gamma: number; delta: number }>

/** What is known of a giver, counted from the year after the first gift. */
export type GivingHistory = Readonly<{
  /** Years in which they could have given, n. */
  years: number
  /** Years of these in which they did, x. */
  gifts: number
  /** The last of these, t_x: 1 … `years`; 0 without gifts. */
  lastYear: number
}>

/** The parts of the likelihood by number of years, as logarithms; for all histories of up to `years` at once. */
export type GivingTables = Readonly<{
  model: GivingModel
  /** ln of Γ(alpha + k) / Γ(alpha), of beta, and of their sum. */
  given: Float64Array
  missed: Float64Array
  either: Float64Array
  /** ln of the share who are still there k years on: B(gamma, delta + k) / B(gamma, delta). */
  there: Float64Array
}>

export function givingTables(model: GivingModel, years: number): GivingTables {
  const { alpha, beta, gamma, delta } = model
  const there = new Float64Array(years + 1)
  for (let k = 1; k <= years; k++) there[k] = (there[k - 1] ?? 0) - Math.log1p(gamma / (delta + k - 1))
  return {
    model,
    given: risingLogs(alpha, years),
    missed: risingLogs(beta, years),
    either: risingLogs(alpha + beta, years),
    there,
  }
}

function risingLogs(x: number, most: number): Float64Array {
  const logs = new Float64Array(most + 1)
  for (let k = 1; k <= most; k++) logs[k] = (logs[k - 1] ?? 0) + Math.log(x + k - 1)
  return logs
}

/** ln of the probability of this very sequence of gifts and pauses, given that the giver was there for `years`. */
function logGifts({ given, missed, either }: GivingTables, gifts: number, years: number): number {
  return (given[gifts] ?? 0) + (missed[years - gifts] ?? 0) - (either[years] ?? 0)
}

/** ln of the probability of a history: there to the end, or stopped before one of the years after the last gift. */
export function logHistory(tables: GivingTables, { years, gifts, lastYear }: GivingHistory): number {
  const { model, there } = tables
  let log = logGifts(tables, gifts, years) + (there[years] ?? 0)
  for (let k = lastYear; k < years; k++) {
    const stopped = Math.log(model.gamma / (model.gamma + model.delta + k))
    log = logSum(log, logGifts(tables, gifts, k) + (there[k] ?? 0) + stopped)
  }
  return log
}

/** ln(e^a + e^b). */
function logSum(a: number, b: number): number {
  return Math.max(a, b) + Math.log1p(Math.exp(-Math.abs(a - b)))
}

/** P(alive at n + ahead): the probability 0..1 that they are there in the year to come, or in year `ahead` from now. */
export function giverAlive(model: GivingModel, history: GivingHistory, ahead = 1): number {
  const { years, gifts } = history
  const tables = givingTables(model, years + ahead)
  return Math.exp(logGifts(tables, gifts, years) + (tables.there[years + ahead] ?? 0) - logHistory(tables, history))
}

/** Expected gifts in the next `years`: while they are there they give with the mean of what their gifts say. */
export function expectedGifts(model: GivingModel, history: GivingHistory, years: number): number {
  const { alpha, beta } = model
  const tables = givingTables(model, history.years + years)
  const known = logGifts(tables, history.gifts, history.years) - logHistory(tables, history)
  let there = 0
  for (let ahead = 1; ahead <= years; ahead++) there += Math.exp(known + (tables.there[history.years + ahead] ?? 0))
  return (there * (alpha + history.gifts)) / (alpha + beta + history.years)
}

/** Probability 0..1 of no gift in the next `years`: of the history that then is, against the one that is. */
export function noGift(model: GivingModel, history: GivingHistory, years: number): number {
  const tables = givingTables(model, history.years + years)
  return Math.exp(logHistory(tables, { ...history, years: history.years + years }) - logHistory(tables, history))
}
