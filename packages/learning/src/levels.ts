import { fitHazard } from './hazard.ts'
import { type LapseModel, logitsOf } from './predictor.ts'
import { columnsOf, lapsesIn, pooled, type Table } from './table.ts'

/**
 * What has to be added to these log-odds for their mean probability to be the rate at which the rows lapsed. Where
 * nobody did, or everybody, half a member is taken to have.
 */
export function levelOf(logits: Float64Array, table: Table): number {
  const lapses = lapsesIn(table)
  if (lapses > 0 && lapses < table.n)
    return fitHazard({ ...columnsOf(table, []), offset: logits }, { lambda: 0 }).intercept
  const mean = logits.reduce((sum, logit) => sum + logit, 0) / table.n
  return (lapses === 0 ? -1 : 1) * Math.log(2 * table.n) - mean
}

/** Those log-odds, moved to the rate at which the rows lapsed. */
export function levelled(logits: Float64Array, table: Table): Float64Array {
  const level = levelOf(logits, table)
  return logits.map((logit) => logit + level)
}

/** Of fitting weights and levels in turn. A third round moves neither. */
const ROUNDS = 2

/**
 * Fits a model to several cut-offs, each with a level of its own: rates move from one year to the next, and a column
 * that only tells the years apart must not take the credit. The levels are then forgotten: the model's intercept
 * is moved so that its mean probability over all rows is the rate at which they lapsed.
 */
export function fitWithLevels<M extends LapseModel>(
  tables: readonly Table[],
  fit: (table: Table) => M,
  rounds = ROUNDS,
): M {
  const whole = pooled(tables)
  if (tables.length === 1) return fit(whole)
  let model = fit(withLevels(tables, whole, whole.offset))
  for (let round = 1; round < rounds; round++) model = fit(withLevels(tables, whole, logitsOf(model, whole)))
  return { ...model, intercept: model.intercept + levelOf(logitsOf(model, whole), whole) }
}

/** All cut-offs as one table, each with its level in the offset: what `logits` lack of the rate at which it lapsed. */
export function withLevels(tables: readonly Table[], whole: Table, logits: Float64Array): Table {
  const offset = Float64Array.from(whole.offset)
  let start = 0
  for (const table of tables) {
    const end = start + table.n
    const level = levelOf(logits.subarray(start, end), table)
    for (let i = start; i < end; i++) offset[i]! += level
    start = end
  }
  return { ...whole, offset }
}
