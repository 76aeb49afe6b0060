import { calibrated } from '@perennial/predictors'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Calibration, fitCalibration, ISOTONIC_FROM, raised } from './calibration.ts'
import { calibrationSlope } from './calibration-slope.ts'
import { ece, logLoss } from './metrics.ts'
import { membersOf } from './testing/worlds.ts'

const line = ([x]: readonly number[]) => 1.5 * x! - 1
const applied = (calibration: Calibration, logits: Float64Array) => logits.map((z) => calibrated(calibration, z))

describe('few lapses: a line', () => {
  const { table, truth } = membersOf({ n: 2_000, seed: 1, columns: 1, logit: line })

  test('takes back what a model was too sure of', () => {
    const sure = truth.map((z) => 2 * z + 0.7)
    const calibration = fitCalibration(sure, table.labels)
    expect(calibration.kind).toBe('platt')
    expect(Math.abs(calibration.slope - 0.5)).toBeLessThan(0.08)
    const { slope, inTheLarge } = calibrationSlope(applied(calibration, sure), table.labels)
    expect(slope).toBeCloseTo(1, 1)
    expect(inTheLarge).toBeCloseTo(0, 2)
  })

  test('of a handful of members stays near 1', () => {
    const calibration = fitCalibration(Float64Array.of(-1, -0.5, 0.5, 1), Uint8Array.of(0, 0, 1, 1))
    expect(Math.abs(calibration.slope - 1)).toBeLessThan(0.5)
    expect(calibration.kind).toBe('platt')
  })

  test('rises even where the model has it the wrong way round', () => {
    const wrong = truth.map((z) => -3 * z)
    const calibration = fitCalibration(wrong, table.labels)
    expect(calibration.slope).toBeGreaterThan(0)
    expect(calibrationSlope(applied(calibration, wrong), table.labels).inTheLarge).toBeCloseTo(0, 6)
  })

  test('knows the rate where all log-odds are the same', () => {
    const same = truth.map(() => 0.3)
    const { inTheLarge, slope } = calibrationSlope(applied(fitCalibration(same, table.labels), same), table.labels)
    expect(inTheLarge).toBeCloseTo(0, 6)
    expect(slope).toBeNaN()
  })
})

describe('many lapses: a broken line, if it is better', () => {
  const many = { n: 12_000, seed: 1, columns: 1, logit: line }

  test('follows a bend that no line can', () => {
    const { table, truth } = membersOf(many)
    const other = membersOf({ ...many, seed: 7 })
    // Too sure below, not sure enough above.
    const bend = (z: number) => (z < 0 ? 3 * z : z / 3)
    const calibration = fitCalibration(truth.map(bend), table.labels)
    expect(calibration.kind).toBe('isotonic')
    expect(calibration.lapses).toBeGreaterThan(ISOTONIC_FROM)
    const after = applied(calibration, other.truth.map(bend))
    expect(ece(after, other.table.labels)).toBeLessThan(0.02)
    expect(ece(other.truth.map(bend), other.table.labels)).toBeGreaterThan(0.05)
    expect(logLoss(after, other.table.labels) - logLoss(other.truth, other.table.labels)).toBeLessThan(0.003)
  })

  test('stays a line where a line will do', () => {
    const { table, truth } = membersOf(many)
    expect(fitCalibration(truth, table.labels).kind).toBe('platt')
  })
})

test('every calibration rises everywhere, whatever the data', () => {
  const shape = fc.record({
    seed: fc.integer({ min: 0, max: 500 }),
    n: fc.constantFrom(40, 400, 6_000),
    steep: fc.double({ min: -3, max: 3, noNaN: true }),
  })
  fc.assert(
    fc.property(shape, ({ seed, n, steep }) => {
      const { table, truth } = membersOf({ n, seed, columns: 1, logit: ([x]) => steep * x! + (x! > 1 ? -2 : 0) })
      fc.pre(new Set(table.labels).size === 2)
      const calibration = fitCalibration(truth, table.labels)
      const steps = Array.from({ length: 81 }, (_, k) => calibrated(calibration, k / 4 - 10))
      for (let k = 1; k < steps.length; k++) expect(steps[k]).toBeGreaterThan(steps[k - 1]!)
      expect(JSON.parse(JSON.stringify(calibration))).toEqual(calibration)
    }),
    { numRuns: 40 },
  )
})

test.each<[string, Calibration]>([
  ['line', { kind: 'platt', slope: 0.8, intercept: 0.1, n: 9, lapses: 3 }],
  ['broken line', { kind: 'isotonic', from: [-1, 0, 2], to: [-2, 1, 1.5], slope: 0.5, n: 9, lapses: 3 }],
])('raised by as much everywhere: a %s', (_, calibration) => {
  for (const z of [-5, -1, -0.5, 0, 1, 2, 7])
    expect(calibrated(raised(calibration, 0.4), z)).toBeCloseTo(calibrated(calibration, z) + 0.4, 12)
})

test('a broken line goes through its points, straight between them and on beyond', () => {
  const broken: Calibration = { kind: 'isotonic', from: [-1, 0, 2], to: [-2, 1, 1.5], slope: 0.5, n: 9, lapses: 3 }
  const at = [-3, -1, -0.5, 0, 1, 2, 4].map((z) => calibrated(broken, z))
  expect(at).toEqual([-3, -2, -0.5, 1, 1.25, 1.5, 2.5])
})

describe('slope and intercept', () => {
  const { table, truth } = membersOf({ n: 20_000, seed: 2, columns: 1, logit: line })

  test.each([
    ['true', 1, 0],
    ['twice as sure', 2, 0],
    ['half as sure and too high', 0.5, 1],
  ])('of log-odds that are %s', (_, factor, shift) => {
    const { slope, slopeError, intercept } = calibrationSlope(
      truth.map((z) => factor * z + shift),
      table.labels,
    )
    expect(Math.abs(slope * factor - 1)).toBeLessThan(3 * slopeError * factor)
    expect(slopeError * factor).toBeLessThan(0.03)
    expect(intercept + slope * shift).toBeCloseTo(0, 1)
  })
})
