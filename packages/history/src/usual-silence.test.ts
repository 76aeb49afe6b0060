import { DAY_MS } from '@perennial/member'
import { expect, test } from 'vitest'
import { usualSilence } from './usual-silence.ts'

const END = Date.UTC(2024, 0, 1, 15)

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i)

function silenceAfter(...daysAgo: readonly number[]): number {
  return usualSilence(
    Float64Array.from(daysAgo, (days) => END - days * DAY_MS),
    END,
  )
}

test.each([
  ['who is busy every day', [0, 1, 2, 3, 4], 1],
  ['that does nothing for a month each summer', [...Array(150).keys(), 180, ...range(181, 515), 546], 31],
  ['who gives once a year', [0, 365, 730, 1_095], 365],
  ['who rests at weekends', [0, 1, 2, 5, 6, 7, 8, 9, 12], 1],
  ['of whom one long silence is known', [0, 1, 700, 701], 1],
  ['of whom hardly anything is known', [0], 1],
  ['whose silences are long past', [0, 1, 1_200, 2_000, 3_000], 1],
])('of an association %s', (_, daysAgo, days) => {
  expect(silenceAfter(...daysAgo)).toBe(days * DAY_MS)
})
