import { sharedData } from '@perennial/testkit'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { auc, aucDifference, aucWithError } from './auc.ts'
import { liftAt } from './metrics.ts'
import { referenceScores } from './testing/public-data.ts'
import { membersOf, normals } from './testing/worlds.ts'

const labelled = fc
  .array(fc.record({ score: fc.integer({ min: 0, max: 9 }), label: fc.integer({ min: 0, max: 1 }) }), {
    minLength: 4,
    maxLength: 60,
  })
  .filter((rows) => new Set(rows.map(({ label }) => label)).size === 2)

const scoresOf = (rows: readonly { score: number }[]) => rows.map(({ score }) => score)
const labelsOf = (rows: readonly { label: number }[]) => Uint8Array.from(rows, ({ label }) => label)

test('the share of pairs in the right order, ties for half', () => {
  fc.assert(
    fc.property(labelled, (rows) => {
      const [lapsed, stayed] = [1, 0].map((label) => rows.filter((row) => row.label === label))
      const wins = lapsed!.flatMap((a) => stayed!.map((b) => (a.score > b.score ? 1 : a.score === b.score ? 0.5 : 0)))
      const share = wins.reduce((sum: number, win) => sum + win, 0) / wins.length
      expect(auc(scoresOf(rows), labelsOf(rows))).toBeCloseTo(share, 12)
    }),
  )
})

test('turning the scores round turns the answer round, with the same error', () => {
  fc.assert(
    fc.property(labelled, (rows) => {
      const up = aucWithError(scoresOf(rows), labelsOf(rows))
      const down = aucWithError(
        scoresOf(rows).map((score) => -score),
        labelsOf(rows),
      )
      expect(down.auc).toBeCloseTo(1 - up.auc, 12)
      // With one member of a kind there is no telling how they scatter: NaN both times.
      expect(down.se.toFixed(9)).toBe(up.se.toFixed(9))
    }),
  )
})

test('the error is how much the area scatters from sample to sample', () => {
  const areas = Array.from({ length: 300 }, (_, seed) => {
    const { table } = membersOf({ n: 400, seed, columns: 1, logit: ([x]) => x! - 1 })
    return aucWithError(table.columns[0]!, table.labels)
  })
  const mean = areas.reduce((sum, { auc }) => sum + auc, 0) / areas.length
  const scatter = Math.sqrt(areas.reduce((sum, { auc }) => sum + (auc - mean) ** 2, 0) / (areas.length - 1))
  const told = areas.reduce((sum, { se }) => sum + se, 0) / areas.length
  expect(told / scatter).toBeGreaterThan(0.9)
  expect(told / scatter).toBeLessThan(1.1)
})

describe('the difference of two', () => {
  const { table, truth } = membersOf({ n: 3_000, seed: 5, columns: 2, logit: ([x, y]) => x! + y! - 1 })
  const normal = normals(9)

  test('is that of the areas, and less uncertain than either for scores that agree', () => {
    const alike = truth.map((z) => z + 0.1 * normal())
    const { difference, se } = aucDifference(truth, alike, table.labels)
    expect(difference).toBeCloseTo(auc(truth, table.labels) - auc(alike, table.labels), 12)
    expect(se).toBeLessThan(aucWithError(truth, table.labels).se / 5)
  })

  test('of a score with itself is 0 ± 0', () => {
    expect(aucDifference(truth, truth, table.labels)).toEqual({ difference: 0, se: 0 })
  })

  test('of unrelated scores is as uncertain as both together', () => {
    const noise = [truth.map(() => normal()), truth.map(() => normal())]
    const { se } = aucDifference(noise[0]!, noise[1]!, table.labels)
    const both = Math.hypot(...noise.map((scores) => aucWithError(scores, table.labels).se))
    expect(se / both).toBeCloseTo(1, 1)
  })
})

test('as many labels as scores', () => {
  expect(() => auc([1, 2], new Uint8Array(3))).toThrow('2 scores for 3 labels')
})

const data = sharedData('AUC and lift of the reference scores')

test.runIf(data !== undefined)('the figures of the public data sets', () => {
  const k8s = referenceScores(data ?? '', 'k8s-membership')
  const of = (name: string) => k8s.columns[k8s.names.indexOf(name)]!
  expect(auc(of('all_since'), k8s.labels)).toBeCloseTo(0.8383, 4)
  expect(liftAt(0.1, of('all_since'), k8s.labels)).toBeCloseTo(1.93, 1)
  const best = aucWithError(of('p_lr3'), k8s.labels)
  expect(best.auc).toBeCloseTo(0.8343, 4)
  expect(best.se).toBeCloseTo(0.01, 3)
  expect(liftAt(0.1, of('p_lr3'), k8s.labels)).toBeCloseTo(1.9, 2)
  const retail = referenceScores(data ?? '', 'online-retail')
  const three = aucWithError(retail.columns[retail.names.indexOf('p_lr3')]!, retail.labels)
  expect(three.auc).toBeCloseTo(0.7344, 4)
  expect(three.se).toBeLessThan(0.009)
})
