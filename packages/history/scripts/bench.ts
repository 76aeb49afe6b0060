/*
 * A history of the simulated association, written, read and turned into tables:
 *   node packages/history/scripts/bench.ts [--members 100000] [--rows 10000000] [--folder DIR]
 * A folder that is named is kept, and used as it is when it holds a history already.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { featuresFor } from '@perennial/features'
import { DAY_MS, vocabularyOf } from '@perennial/member'
import { simulateHistory } from '@perennial/testkit'
import { openSignalsOf, populationAt, readHistory, tablesAt, termsAreKnown, type Task } from '../src/index.ts'

const TASK: Task = {
  lapse: { kind: 'left' },
  memberIf: { kind: 'joined' },
  horizonMs: 365 * DAY_MS,
  minTenureMs: 90 * DAY_MS,
  ignored: [],
}
const SPAN = { start: Date.UTC(2021, 0, 1), end: Date.UTC(2025, 0, 1) }
const CUTOFFS = [2022, 2023, 2024].map((year) => Date.UTC(year, 0, 1))

const { values } = parseArgs({
  options: {
    members: { type: 'string', default: '100000' },
    rows: { type: 'string', default: '10000000' },
    folder: { type: 'string' },
  },
})
const folder = values.folder ?? mkdtempSync(join(tmpdir(), 'perennial-history-'))
let since = performance.now()

/** Says how long it took since the last time, and the most memory there was. */
function lap(what: string): void {
  const seconds = ((performance.now() - since) / 1000).toFixed(2)
  const megabytes = Math.round(process.resourceUsage().maxRSS / 1024)
  console.log(`${what.padEnd(48)} ${seconds.padStart(6)} s  peak ${megabytes} MB`)
  since = performance.now()
}

if (!existsSync(join(folder, 'activity.csv'))) {
  await simulateHistory(folder, { members: Number(values.members), rows: Number(values.rows), seed: 1, ...SPAN })
  lap('written')
}
const history = await readHistory(folder)
lap(`read ${history.facts.count} facts of ${history.members.length} members`)
const populations = CUTOFFS.map((cutoff) => populationAt(history, TASK, cutoff))
const { open } = openSignalsOf(history, { before: CUTOFFS[2] ?? 0, ignored: [] })
const vocabulary = vocabularyOf(open)
const terms = termsAreKnown(history, populations)
const features = featuresFor(vocabulary).list
const tables = tablesAt(history, { vocabulary, ignored: [], terms, features, traits: [] }, populations)
lap(`tables of ${tables.map(({ n }) => n).join(', ')} × ${features.length}`)
if (values.folder === undefined) rmSync(folder, { recursive: true, force: true })
