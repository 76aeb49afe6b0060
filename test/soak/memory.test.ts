import { expect, test } from 'vitest'
import { residentMb, trendOf } from './memory.ts'

test('a slope is that of the samples, an hour ahead', () => {
  const samples = Array.from({ length: 60 }, (_, n) => ({ seconds: n * 10, mb: 200 + n * 10 * (36 / 3_600) }))
  expect(trendOf(samples).mbPerHour).toBeCloseTo(36, 6)
  expect(trendOf(samples)).toMatchObject({ mostMb: samples.at(-1)?.mb, lastMb: samples.at(-1)?.mb })
})

test('memory that goes up and down is flat', () => {
  const samples = Array.from({ length: 61 }, (_, n) => ({ seconds: n, mb: n % 2 === 0 ? 210 : 190 }))
  expect(Math.abs(trendOf(samples).mbPerHour)).toBeLessThan(1)
})

test('this process holds something, and one that never was holds nothing', () => {
  expect(residentMb(process.pid)).toBeGreaterThan(20)
  expect(residentMb(2 ** 22 + 1)).toBeUndefined()
})
