import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Feature, featuresFor } from '@perennial/features'
import { anyRowOf, day, WITH_OPEN } from '@perennial/features/testing'
import {
  type History,
  openSignalsOf,
  populationAt,
  readHistory,
  tablesAt,
  type Task,
  visitRows,
} from '@perennial/history'
import { fitBoosted, fitHazard, type LapseModel, pooled, predictorOf, type Table } from '@perennial/learning'
import { DAY_MS, type EpochMs, type Rows, type Vocabulary, vocabularyOf } from '@perennial/member'
import { calibrated, CONTRIBUTION_GRAIN } from '@perennial/predictors'
import { createScorer, type Model, parseModel, type Scorer, starterModel, type TrainedModel } from '@perennial/risk'
import { k8sHistory, onlineRetailHistory, readCsv, sharedData } from '@perennial/testkit'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { formOf } from './trained-form.ts'

/** Of the reference models: ln(1 + v) of a count that halves in 365 days, days since, and streams. */
const THREE = ['activity_365', 'days_since_activity', 'streams_365']

const { horizon: _, ...starter } = starterModel()

/** A model file around weights or trees; the prior is told and not used. */
function fileOf(form: Pick<TrainedModel, 'intercept' | 'covariance' | 'form' | 'features'>, more: object = {}): object {
  return {
    ...starter,
    kind: 'trained',
    lapse: { kind: 'left', days: 365 },
    signals: [],
    prior: { ...starter.prior, offset: false },
    engagement: { ...starter.engagement, weights: {} },
    training: {
      createdAt: '2026-01-01T00:00:00Z',
      from: '2020-01-01T00:00:00Z',
      to: '2021-01-01T00:00:00Z',
      cutoffs: ['2021-01-01T00:00:00Z'],
      rows: 1,
      lapses: 0,
      fingerprint: 'none',
      chosen: 'test',
      metrics: { test: {} },
      distributions: [],
      card: '# Test',
    },
    ...form,
    ...more,
  }
}

/** As the services read it. */
function read(file: object, vocabulary: Vocabulary): Model {
  const parsed = parseModel(JSON.parse(JSON.stringify(file)), vocabulary)
  if (parsed.kind === 'ok') return parsed.model
  throw new Error(parsed.problems.map(({ path, reason }) => `${path} ${reason}`).join('\n'))
}

const data = sharedData('live scores against the reference probabilities of k8s-membership and online-retail')

describe.runIf(data !== undefined)('a model file scores members live as published', () => {
  const folder = mkdtempSync(join(tmpdir(), 'perennial-live-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  type Case = Readonly<{ history: History; task: Task; vocabulary: Vocabulary; cutoff: EpochMs }>

  const caseOf = (history: History, task: Task, cutoff: EpochMs): Case => {
    const { open } = openSignalsOf(history, { before: cutoff, ignored: task.ignored })
    return { history, task, cutoff, vocabulary: vocabularyOf(open) }
  }

  /** How far the live probabilities are from the published ones, at most, and of how many members. */
  function farthest({ history, task, vocabulary, cutoff }: Case, file: object, name: string) {
    const published = new Map(
      readCsv(join(data ?? '', name, 'reference_scores.csv')).map((row) => [row['member_id'], Number(row['p_lr3'])]),
    )
    const scorer = createScorer(read(file, vocabulary), vocabulary)
    const population = populationAt(history, task, cutoff)
    let [members, off] = [0, 0]
    visitRows(history, { vocabulary, ignored: task.ignored, terms: false }, [population], (rows, _, place) => {
      const id = history.members[population.members[place] ?? -1]
      off = Math.max(off, Math.abs(scorer.lapseRisk(rows, 0, cutoff) - (published.get(id ?? '') ?? Number.NaN)))
      members++
    })
    return { members, off }
  }

  test('k8s-membership, with the weights of its README', { timeout: 60_000 }, async () => {
    const task: Task = {
      lapse: { kind: 'left' },
      memberIf: { kind: 'joined' },
      horizonMs: 365 * DAY_MS,
      minTenureMs: 90 * DAY_MS,
      ignored: ['team_leave'],
    }
    const history = await readHistory(k8sHistory(data ?? '', join(folder, 'k8s')))
    const numbers = [
      [1.716614, 1.300141, -0.111635],
      [4.899391, 1.840727, 0.544358],
      [0.720441, 0.600002, -1.794832],
    ]
    const file = fileOf({
      form: 'hazard',
      intercept: { value: -2.301453, reason: 'published' },
      features: THREE.map((name, k) => {
        const [mean = 0, sd = 0, weight = 0] = numbers[k] ?? []
        return { name, mean, sd, weight, reason: 'published' }
      }),
      covariance: Array.from({ length: 10 }, () => 0),
    })
    const { members, off } = farthest(caseOf(history, task, Date.UTC(2023, 1, 17)), file, 'k8s-membership')
    expect(members).toBe(1_712)
    expect(off).toBeLessThan(1e-5)
  })

  test('online-retail, fitted to its two cut-offs', { timeout: 60_000 }, async () => {
    const task: Task = {
      lapse: { kind: 'inactive', stream: 'purchase' },
      memberIf: { kind: 'active', stream: 'purchase' },
      horizonMs: 90 * DAY_MS,
      minTenureMs: 0,
      ignored: [],
    }
    const history = await readHistory(onlineRetailHistory(data ?? '', join(folder, 'retail')))
    const shop = caseOf(history, task, Date.UTC(2011, 8, 10))
    const features = THREE.flatMap((name): Feature[] =>
      featuresFor(shop.vocabulary).list.filter((f) => f.name === name),
    )
    const options = { vocabulary: shop.vocabulary, ignored: [], terms: false, features, traits: [] }
    const cutoffs = [Date.UTC(2011, 2, 14), Date.UTC(2011, 5, 12)]
    const tables = tablesAt(
      history,
      options,
      cutoffs.map((cutoff) => populationAt(history, task, cutoff)),
    ).map((table): Table => ({ ...table, offset: new Float64Array(table.n) }))
    const model = fitHazard(pooled(tables), { lambda: 1 })
    expect(model.fit.n).toBe(4_677)
    const { members, off } = farthest(shop, fileOf(formOf(model, features)), 'online-retail')
    expect(members).toBe(3_370)
    expect(off).toBeLessThan(1e-5)
  })
})

describe('the learners and the live scorer agree', () => {
  const features = featuresFor(WITH_OPEN).list
  const anyRow = anyRowOf(WITH_OPEN)
  const at = day(40)
  const valuesOf = (rows: Rows, when: EpochMs, names: readonly string[]) =>
    names.map((name) => features.find((feature) => feature.name === name)?.value(rows, 0, when) ?? Number.NaN)

  // Lapses by chance, likelier after a long silence: something to learn, and trees of several columns.
  const members = fc.sample(anyRow, { numRuns: 900, seed: 7 })
  const names = features.map(({ name }) => name)
  const values = members.map((rows) => valuesOf(rows, at, names))
  const silence = names.indexOf('days_since_activity')
  const table: Table = {
    names,
    columns: names.map((_, k) => Float64Array.from(values, (row) => row[k] ?? Number.NaN)),
    labels: Uint8Array.from(values, (row, i) => ((row[silence] ?? 0) + ((i * 7919) % 11) / 2 > 6.5 ? 1 : 0)),
    offset: new Float64Array(members.length),
    n: members.length,
  }
  const models: readonly [string, LapseModel][] = [
    ['weights', fitHazard(table, { lambda: 1 })],
    ['trees of depth 1', fitBoosted(table, { rounds: 60, depth: 1 })],
    ['trees of depth 2', fitBoosted(table, { rounds: 60, depth: 2 })],
    ['trees of depth 3', fitBoosted(table, { rounds: 60, depth: 3 })],
  ]
  const later = fc.integer({ min: 0, max: 900 }).map(day)

  test.each(models)('%s: to the last bit before calibration', (_, model) => {
    const scorer = scorerOf(model, {})
    const predictor = predictorOf(model)
    const parts = new Float64Array(predictor.names.length)
    fc.assert(
      fc.property(anyRow, later, (rows, when) => {
        const logit = predictor.logit(valuesOf(rows, when, predictor.names), 0, parts)
        const score = scorer.score(rows, 0, when)
        expect(score.logit).toBe(logit)
        for (const [k, name] of predictor.names.entries())
          expect(score.contributions.find(({ feature }) => feature === name)?.contribution).toBe(parts[k])
      }),
    )
  })

  test.each(models)('%s: after calibration, but for the rounding of each part', (_, model) => {
    const predictor = predictorOf(model)
    const parts = new Float64Array(predictor.names.length)
    const straight = { kind: 'platt', slope: 0.83, intercept: -0.21 } as const
    const broken = { kind: 'isotonic', from: [-3, -1, 0, 2], to: [-2.5, -1.5, 0.4, 1], slope: 0.6 } as const
    for (const calibration of [straight, broken]) {
      const scorer = scorerOf(model, { calibration })
      fc.assert(
        fc.property(anyRow, later, (rows, when) => {
          const logit = predictor.logit(valuesOf(rows, when, predictor.names), 0, parts)
          const off = Math.abs(scorer.logit(rows, 0, when) - calibrated(calibration, logit))
          expect(off).toBeLessThan((parts.length + 2) * CONTRIBUTION_GRAIN)
        }),
      )
    }
  })

  test.each(models)('%s: in how sure they are', (_, model) => {
    const scorer = scorerOf(model, {})
    const predictor = predictorOf(model)
    fc.assert(
      fc.property(anyRow, later, (rows, when) => {
        const { interval, logit } = scorer.score(rows, 0, when)
        const error = predictor.error(valuesOf(rows, when, predictor.names))
        expect(interval?.high).toBeCloseTo(1 / (1 + Math.exp(-logit - 1.645 * error)), 10)
      }),
    )
  })

  function scorerOf(model: LapseModel, more: object): Scorer {
    return createScorer(read(fileOf(formOf(model, features), more), WITH_OPEN), WITH_OPEN)
  }
})
