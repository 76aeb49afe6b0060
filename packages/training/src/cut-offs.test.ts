import type { Task } from '@perennial/history'
import { DAY_MS } from '@perennial/member'
import { expect, test } from 'vitest'
import { backtest } from './backtest.ts'
import { chosenCutOffs } from './cut-offs.ts'
import { csv, historyIn, INACTIVE } from './history.fixture.ts'
import { summaryOf } from './summary.ts'
import { day } from './words.ts'

const YEARLY: Task = { ...INACTIVE, horizonMs: 365 * DAY_MS }
const YEARS = [2010, 2011, 2012, 2013, 2014, 2015, 2016, 2017, 2018]

/** People who give once a year, on the same day, for fewer and fewer years. */
function givers(date: string) {
  const rows = Array.from({ length: 600 }, (_, i) => i).flatMap((i) =>
    YEARS.filter((year) => (i * 7919 + year * 104_729) % 97 < 95 - 11 * (i % 7) && year - 2010 < 5 + (i % 9)).map(
      (year) => [`G${i}`, `${year}-${date}`, 'gift', 'gave'],
    ),
  )
  return historyIn({ 'activity.csv': csv('member_id,at,stream,action', rows) })
}

test('whole years go back to the same day of the year, leap years or not', async () => {
  const chosen = chosenCutOffs(await givers('03-01'), YEARLY, Date.UTC(2018, 0, 1))
  expect(chosen.map((at) => day(at))).toEqual(['2014-01-01', '2015-01-01', '2016-01-01', '2017-01-01'])
  const leap = chosenCutOffs(await givers('03-01'), YEARLY, Date.UTC(2016, 1, 29))
  expect(leap.map((at) => day(at))).toEqual(['2012-02-28', '2013-02-28', '2014-02-28', '2015-02-28'])
})

test('other horizons go back by their length', async () => {
  const chosen = chosenCutOffs(await givers('03-01'), INACTIVE, Date.UTC(2018, 0, 1))
  expect(chosen.length).toBeGreaterThan(1)
  for (const at of chosen) expect((Date.UTC(2018, 0, 1) - at) % INACTIVE.horizonMs).toBe(0)
})

test('a cut-off with nobody, or of whom everybody lapses, is passed over', async () => {
  const history = await givers('01-01')
  // The gifts of a leap year's first day are 366 days old on that of the next.
  const within = { ...YEARLY, memberIf: { kind: 'active', withinMs: 365 * DAY_MS } } as const
  const chosen = chosenCutOffs(history, within, Date.UTC(2018, 0, 1))
  expect(chosen.map((at) => day(at))).toEqual(['2012-01-01', '2014-01-01', '2015-01-01', '2016-01-01'])
  const last = chosenCutOffs(await givers('12-31'), YEARLY, Date.UTC(2018, 0, 1))
  expect(last.map((at) => day(at))).not.toContain('2016-01-01')
})

test('what is given on one day of the year makes no probability of 0 or 1', async () => {
  const within = { ...YEARLY, memberIf: { kind: 'active', withinMs: 365 * DAY_MS } } as const
  const result = backtest(await givers('06-30'), { task: within, testAt: Date.UTC(2017, 0, 2), trainAt: [] })
  const { models, baselines, chosen } = summaryOf(result)
  expect(models[chosen]?.logLoss).toBeLessThan((baselines['baseRate']?.logLoss ?? 0) + 0.02)
})
