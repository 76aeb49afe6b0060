import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { featuresFor } from '@perennial/features'
import { DAY_MS, vocabularyOf } from '@perennial/member'
import {
  k8sHistory,
  onlineRetailHistory,
  publicRadioHistory,
  readCsv,
  sharedData,
  TELCO_CUTOFF,
  telcoHistory,
} from '@perennial/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { History } from './history.ts'
import { populationAt } from './population.ts'
import { readHistory } from './read-history.ts'
import { openSignalsOf } from './signals.ts'
import { tablesAt } from './tables.ts'
import type { Task } from './task.ts'

const data = sharedData('populations, labels and features of the public data sets')

describe.runIf(data !== undefined)('the public data sets', () => {
  const folder = mkdtempSync(join(tmpdir(), 'perennial-public-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  const make = (name: string, write: (data: string, into: string) => string) =>
    readHistory(write(data ?? '', join(folder, name)))

  describe('k8s-membership', () => {
    let history: History
    beforeAll(async () => {
      history = await make('k8s', k8sHistory)
    })
    const task: Task = {
      lapse: { kind: 'left' },
      memberIf: { kind: 'joined' },
      horizonMs: 365 * DAY_MS,
      minTenureMs: 90 * DAY_MS,
      ignored: ['team_leave'],
    }

    test('has the spells and events it says it has', () => {
      expect([history.facts.count, history.spells?.count, history.report.files.map(({ bad }) => bad)]).toEqual([
        107_826,
        2_574,
        [0, 0],
      ])
      expect(history.spells?.leftAt.filter((at) => at < Infinity)).toHaveLength(1_174)
    })

    test.each([
      ['2020-02-15', 1_135, 0.2379],
      ['2023-02-17', 1_712, 0.4311],
    ])('at %s', (day, n, base) => {
      const { labels } = populationAt(history, task, Date.parse(day))
      expect([labels.length, shareOf(labels)]).toEqual([n, base])
    })

    test('has the features of the reference', () => {
      expect(distances(history, task, '2023-02-17', 'k8s-membership')).toEqual([])
    })

    test('says when a label is not known yet', () => {
      expect(() => populationAt(history, task, Date.UTC(2023, 6, 3))).toThrow(
        'Choose an earlier cut-off, not after 2023-07-02',
      )
    })
  })

  describe('online-retail', () => {
    let history: History
    beforeAll(async () => {
      history = await make('retail', onlineRetailHistory)
    })
    const task: Task = {
      lapse: { kind: 'inactive', stream: 'purchase' },
      memberIf: { kind: 'active', stream: 'purchase' },
      horizonMs: 90 * DAY_MS,
      minTenureMs: 0,
      ignored: [],
    }

    test('has as many invoices and members as published', () => {
      expect(history.actions.map(({ stream, count }) => [stream, count])).toEqual([
        ['purchase', 18_536],
        ['return', 3_654],
      ])
      const train = ['2011-03-14', '2011-06-12'].map(
        (day) => populationAt(history, task, Date.parse(day)).members.length,
      )
      expect(train[0]! + train[1]!).toBe(4_677)
      const { labels } = populationAt(history, task, Date.parse('2011-09-10'))
      expect([labels.length, shareOf(labels)]).toEqual([3_370, 0.4306])
    })

    test('has the features of the reference', () => {
      expect(distances(history, task, '2011-09-10', 'online-retail')).toEqual([])
    })
  })

  test('public-radio donors: givers of 2001', async () => {
    const history = await make('radio', publicRadioHistory)
    const task: Task = {
      lapse: { kind: 'inactive' },
      memberIf: { kind: 'active', withinMs: 365 * DAY_MS },
      horizonMs: 365 * DAY_MS,
      minTenureMs: 0,
      ignored: [],
    }
    const { labels } = populationAt(history, task, Date.UTC(2002, 0, 1))
    expect([labels.length, shareOf(labels)]).toEqual([3_163, 0.3007])
  })

  test('telco: traits without activity', async () => {
    const history = await make('telco', telcoHistory)
    const task: Task = {
      lapse: { kind: 'left' },
      memberIf: { kind: 'joined' },
      horizonMs: 14 * DAY_MS,
      minTenureMs: 0,
      ignored: [],
    }
    const { labels } = populationAt(history, task, TELCO_CUTOFF)
    expect([labels.length, labels.reduce((sum, label) => sum + label, 0)]).toEqual([7_043, 1_869])
    expect(history.traits.filter(({ kind }) => kind === 'number').map(({ name }) => name)).toEqual([
      'SeniorCitizen',
      'tenure',
      'MonthlyCharges',
      'TotalCharges',
    ])
  })

  /** Where a feature is not what reference_scores.csv has for it. */
  function distances(history: History, task: Task, day: string, name: string): string[] {
    const cutoff = Date.parse(day)
    const { ignored } = task
    const vocabulary = vocabularyOf(openSignalsOf(history, { before: cutoff, ignored }).open)
    const features = featuresFor(vocabulary)
    const wanted = [
      ['activity_30', 'all_dec30', 0],
      ['activity_90', 'all_dec90', 0],
      ['activity_365', 'all_dec365', 0],
      ['days_since_activity', 'all_since', 3650],
      ['streams_365', 'breadth365', 0],
    ] as const
    const list = wanted.flatMap(([feature]) => features.named(feature) ?? [])
    expect(list).toHaveLength(wanted.length)
    const options = { vocabulary, ignored, terms: false, features: list, traits: [] }
    const [table] = tablesAt(history, options, [populationAt(history, task, cutoff)])
    const reference = new Map(
      readCsv(join(data ?? '', name, 'reference_scores.csv')).map((row) => [row['member_id'], row]),
    )
    expect(table?.n).toBe(reference.size)
    return Array.from(table?.population.members ?? [], (m, place) => ({ id: history.members[m] ?? '', place })).flatMap(
      ({ id, place }) =>
        wanted.flatMap(([feature, column, never], k) => {
          const expected = Number(reference.get(id)?.[column] || never)
          const value = Math.expm1(table?.columns[k]?.[place] ?? Number.NaN)
          return Math.abs(value - expected) <= 1e-5 ? [] : [`${id} ${feature}: ${value}, not ${expected}`]
        }),
    )
  }
})

function shareOf(labels: Uint8Array): number {
  return Math.round((10_000 * labels.reduce((sum, label) => sum + label, 0)) / labels.length) / 10_000
}
