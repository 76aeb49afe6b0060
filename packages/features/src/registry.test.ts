import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { featuresFor } from './registry.ts'
import { anyRowOf, START, WITH_OPEN } from './testing/rows.ts'

const features = featuresFor(WITH_OPEN)
const anyRow = anyRowOf(WITH_OPEN)

// From seconds to thirty years, so that crossings of every date are among them.
const span = fc.double({ min: 3, max: 12, noNaN: true }).map((digits) => 10 ** digits)

test('each feature has a name of its own that can be looked up', () => {
  expect(new Set(features.list.map(({ name }) => name)).size).toBe(features.list.length)
  for (const feature of features.list) {
    expect(feature.name).toMatch(/^[a-z][a-z0-9_]*(:\w+\.\w+)?$/)
    expect(features.named(feature.name)).toBe(feature)
  }
  expect(features.named('horoscope')).toBeUndefined()
})

describe.each(features.list.map((feature) => [feature.name, feature] as const))('%s', (_, feature) => {
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
