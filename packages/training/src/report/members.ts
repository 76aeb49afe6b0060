import { lapsesIn, probability } from '@perennial/learning'
import type { Backtest } from '../backtest.ts'
import { count, percent } from '../words.ts'
import { type Driver, reasonsFor } from './drivers.ts'
import { type Html, markup } from './html.ts'
import { fromTheTop, gainsOf } from './ranking.ts'
import { shareTable } from './sections.ts'

const SHOWN = 25
const EXAMPLES = 5
const REASONS = 3
/** Of a missed member's story, so many things are compared. */
const COMPARED = 5

export function flaggedSection(result: Backtest, drivers: readonly Driver[]): Html {
  const { test, logits } = result
  const order = fromTheTop(logits)
  const rows = Array.from(order.slice(0, SHOWN)).map(
    (i) =>
      markup`<tr><td class="id">${idOf(result, i)}</td><td class="n">${risk(logits, i)}</td><td>${test.labels[i] === 1 ? markup`<span class="up">lapsed</span>` : markup`<span class="down">stayed</span>`}</td><td>${reasonsFor(drivers, i, { most: REASONS }).join('; ')}</td></tr>`,
  )
  return markup`<h2>Who would have been flagged</h2>${shareTable(gainsOf(logits, test), test.n, lapsesIn(test))}<h3>The ${count(rows.length)} at highest risk, and what became of them</h3><div class="scroll"><table><thead><tr><th>Member</th><th class="n">Risk</th><th>Then</th><th>Why</th></tr></thead><tbody>${rows}</tbody></table></div>`
}

/** Those who lapsed from the half at lower risk: no list of a reasonable length would have held them. */
export function missedSection(result: Backtest, drivers: readonly Driver[]): Html {
  const { test, logits } = result
  const order = fromTheTop(logits)
  const missed = Array.from(order.slice(Math.ceil(test.n / 2))).filter((i) => test.labels[i] === 1)
  const lapses = lapsesIn(test)
  if (missed.length === 0)
    return markup`<h2>What a missed member looks like</h2><p>Nobody from the half at lower risk lapsed.</p>`
  const examples = [...missed]
    .toReversed()
    .slice(0, EXAMPLES)
    .map(
      (i) =>
        markup`<tr><td class="id">${idOf(result, i)}</td><td class="n">${risk(logits, i)}</td><td>${reasonsFor(drivers, i, { most: REASONS, against: true }).join('; ')}</td></tr>`,
    )
  return markup`<h2>What a missed member looks like</h2><p>${count(missed.length)} of the ${count(lapses)} who lapsed (${percent(missed.length / lapses, 0)}) came from the
      half at lower risk. To the model they looked like people who stay. Whatever made them leave has left no trace in
      these data.</p>${comparison(result, drivers, missed)}<h3>Those it was surest would stay, and who lapsed</h3><div class="scroll"><table><thead><tr><th>Member</th><th class="n">Risk</th><th>What spoke for staying</th></tr></thead><tbody>${examples}</tbody></table></div>`
}

function comparison({ test, logits }: Backtest, drivers: readonly Driver[], missed: readonly number[]): Html {
  if (drivers.length === 0) return markup``
  const found = Array.from(fromTheTop(logits).slice(0, Math.ceil(test.n / 2))).filter((i) => test.labels[i] === 1)
  const stayed = [...test.labels.keys()].filter((i) => test.labels[i] === 0)
  const typical = (driver: Driver, rows: readonly number[]) =>
    driver.explain(median(rows.map((i) => driver.values[i] ?? Number.NaN)))
  const rows = drivers
    .slice(0, COMPARED)
    .map(
      (driver) =>
        markup`<tr><td>${typical(driver, missed)}</td><td>${typical(driver, found)}</td><td>${typical(driver, stayed)}</td></tr>`,
    )
  return markup`<div class="scroll"><table><thead><tr><th>Lapsed, missed: typically</th><th>Lapsed, found: typically</th><th>Stayed: typically</th></tr></thead><tbody>${rows}</tbody></table></div>`
}

/** Of the known ones; NaN where none is. */
function median(values: readonly number[]): number {
  const known = values.filter((value) => !Number.isNaN(value)).toSorted((a, b) => a - b)
  return known[Math.floor(known.length / 2)] ?? Number.NaN
}

function idOf({ history, lesson }: Backtest, i: number): string {
  return history.members[lesson.test?.population.members[i] ?? 0] ?? ''
}

function risk(logits: Float64Array, i: number): string {
  return percent(probability(logits[i] ?? Number.NaN), 0)
}
