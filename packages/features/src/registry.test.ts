import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { FEATURES, featureNamed } from './registry.ts'
import { anyRow, START } from './testing/rows.ts'

// From seconds to thirty years, so that crossings of every date are among them.
const span = fc.double({ min: 3, max: 12, noNaN: true }).map((digits) => 10 ** digits)

test('each feature has a name of its own that can be looked up', () => {
  expect(new Set(FEATURES.map(({ name }) => name)).size).toBe(FEATURES.length)
  for (const feature of FEATURES) {
    expect(feature.name).toMatch(/^[a-z][a-z0-9_]*$/)
    expect(featureNamed(feature.name)).toBe(feature)
  }
  expect(featureNamed('horoscope')).toBeUndefined()
})

describe.each(FEATURES.map((feature) => [feature.name, feature] as const))('%s', (_, feature) => {
  test('is a number or unknown, and known as long as no fact comes', () => {
    fc.assert(
      fc.property(anyRow, span, (rows, later) => {
        const value = feature.value(rows, 0, START)
        expect(value === undefined || Number.isFinite(value)).toBe(true)
        expect(feature.value(rows, 0, START + later) === undefined).toBe(value === undefined)
      }),
    )
  })

  test('moves no faster than its bound and only its own way until the next step date', () => {
    fc.assert(
      fc.property(anyRow, span, span, (rows, wait, later) => {
        const from = START + wait
        const step = feature.nextStep(rows, 0, from)
        expect(step).toBeGreaterThan(from)
        const to = Math.min(from + later, step === Infinity ? Infinity : step - 1)
        const moved = (feature.value(rows, 0, to) ?? 0) - (feature.value(rows, 0, from) ?? 0)
        const bound = feature.slopeBound(rows, 0, from)
        expect(Math.abs(moved)).toBeLessThanOrEqual(bound * (to - from) + 1e-9)
        expect(moved * { rises: 1, falls: -1, steps: Number.NEGATIVE_INFINITY }[feature.drift]).not.toBeLessThan(-1e-12)
      }),
    )
  })

  test('has a bound that only shrinks until the next step date', () => {
    fc.assert(
      fc.property(anyRow, span, (rows, later) => {
        const to = Math.min(START + later, feature.nextStep(rows, 0, START) - 1)
        expect(feature.slopeBound(rows, 0, to)).toBeLessThanOrEqual(feature.slopeBound(rows, 0, START) * (1 + 1e-12))
      }),
    )
  })

  test('says every value in words', () => {
    fc.assert(
      fc.property(anyRow, span, (rows, later) => {
        const value = feature.value(rows, 0, START + later)
        const words = value === undefined ? feature.unknown : feature.explain(value)
        expect(words).toMatch(/^[a-z].{4,}/)
        expect(words).not.toMatch(/NaN|undefined|Infinity/)
      }),
    )
  })
})
