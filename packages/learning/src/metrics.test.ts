import { sharedData } from '@perennial/testkit'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { logOdds } from './log-odds.ts'
import { brier, ece, liftAt, logLoss, logLossDifference, reliability } from './metrics.ts'
import { referenceScores } from './testing/public-data.ts'
import { membersOf } from './testing/worlds.ts'

const predictions = fc.array(
  fc.record({ p: fc.double({ min: 0.001, max: 0.999, noNaN: true }), label: fc.integer({ min: 0, max: 1 }) }),
  { minLength: 2, maxLength: 80 },
)

test('log loss and Brier score are those of the probabilities', () => {
  fc.assert(
    fc.property(predictions, (rows) => {
      const logits = rows.map(({ p }) => logOdds(p))
      const labels = Uint8Array.from(rows, ({ label }) => label)
      const losses = rows.map(({ p, label }) => -Math.log(label === 1 ? p : 1 - p))
      const squares = rows.map(({ p, label }) => (p - label) ** 2)
      const mean = (values: readonly number[]) => values.reduce((sum, x) => sum + x, 0) / values.length
      expect(logLoss(logits, labels)).toBeCloseTo(mean(losses), 9)
      expect(brier(logits, labels)).toBeCloseTo(mean(squares), 12)
    }),
  )
})

test('being very sure and wrong costs what it should, not infinity', () => {
  expect(logLoss([800], Uint8Array.of(0))).toBeCloseTo(800, 9)
  expect(logLoss([-800], Uint8Array.of(0))).toBe(0)
})

test('the error of a difference is how much it scatters', () => {
  const differences = Array.from({ length: 300 }, (_, seed) => {
    const { table, truth } = membersOf({ n: 300, seed, columns: 1, logit: ([x]) => x! })
    return logLossDifference(
      truth.map((z) => z / 2),
      truth,
      table.labels,
    )
  })
  const mean = differences.reduce((sum, { difference }) => sum + difference, 0) / differences.length
  const squares = differences.reduce((sum, { difference }) => sum + (difference - mean) ** 2, 0)
  const told = differences.reduce((sum, { se }) => sum + se, 0) / differences.length
  expect(mean).toBeGreaterThan(0)
  const scatter = Math.sqrt(squares / (differences.length - 1))
  expect(told / scatter).toBeGreaterThan(0.85)
  expect(told / scatter).toBeLessThan(1.15)
})

test.each<[string, number[], number[], number]>([
  ['the one at the top lapsed', [9, 1, 2, 3, 4, 5, 6, 7, 8, 0], [1, 0, 0, 0, 0, 0, 0, 0, 0, 0], 10],
  ['the one at the top stayed', [9, 1, 2, 3, 4, 5, 6, 7, 8, 0], [0, 1, 0, 0, 0, 0, 0, 0, 0, 0], 0],
  ['all are tied', [1, 1, 1, 1, 1, 1, 1, 1, 1, 1], [1, 0, 0, 0, 1, 0, 0, 0, 0, 0], 1],
  ['two are tied at the top', [9, 9, 2, 3, 4, 5, 6, 7, 8, 0], [1, 0, 0, 0, 0, 0, 0, 0, 0, 0], 5],
])('lift at 10 %%, where %s', (_, scores, labels, lift) => {
  expect(liftAt(0.1, scores, Uint8Array.from(labels))).toBeCloseTo(lift, 12)
})

test('bins hold everybody once, from low to high, and never part equal predictions', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 1, maxLength: 200 }), (logits) => {
      const bins = reliability(logits, new Uint8Array(logits.length), 10)
      expect(bins.reduce((sum, { n }) => sum + n, 0)).toBe(logits.length)
      expect(bins.length).toBeLessThanOrEqual(10)
      expect(bins.every(({ from, to }) => from <= to)).toBe(true)
      expect(bins.slice(1).every(({ from }, k) => bins[k]!.to < from)).toBe(true)
    }),
  )
})

test('ten bins of equally many where all differ', () => {
  const logits = Array.from({ length: 1_000 }, (_, i) => (i * 7_919) % 1_000)
  expect(reliability(logits, new Uint8Array(1_000)).map(({ n }) => n)).toEqual(new Array(10).fill(100))
})

test('the calibration error of a true model is small, and of one that is too sure is not', () => {
  const { table, truth } = membersOf({ n: 20_000, seed: 3, columns: 1, logit: ([x]) => x! })
  expect(ece(truth, table.labels)).toBeLessThan(0.015)
  expect(
    ece(
      truth.map((z) => 2 * z),
      table.labels,
    ),
  ).toBeGreaterThan(0.05)
})

const data = sharedData('log loss and Brier score of the reference scores')

test.runIf(data !== undefined).each([
  ['k8s-membership', 0.5139, 0.1685],
  ['online-retail', 0.594, 0.2065],
] as const)('the figures of %s', (folder, loss, square) => {
  const table = referenceScores(data ?? '', folder)
  const logits = table.columns[table.names.indexOf('p_lr3')]!.map(logOdds)
  expect(logLoss(logits, table.labels)).toBeCloseTo(loss, 4)
  expect(brier(logits, table.labels)).toBeCloseTo(square, 4)
})
