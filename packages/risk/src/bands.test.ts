import { DAY_MS } from '@perennial/member'
import { expect, test } from 'vitest'
import { bandName, type BandNumber, bandNumber, bandsOf } from './bands.ts'

const bands = bandsOf({
  medium: { enter: 0.25, exit: 0.2 },
  high: { enter: 0.45, exit: 0.36 },
  holdDays: { rise: 1, fall: 7 },
  reason: 'a test',
})

test.each<[string, BandNumber, number, number, BandNumber]>([
  ['no band yet, little risk', 0, 0, 0.1, 1],
  ['no band yet, just below high', 0, 0, 0.44, 2],
  ['no band yet, high at once', 0, 0, 0.45, 3],
  ['low stays below the enter threshold', 1, 30, 0.24, 1],
  ['low to medium', 1, 30, 0.25, 2],
  ['low to high at once', 1, 30, 0.5, 3],
  ['rise held', 1, 0.9, 0.5, 1],
  ['rise when the hold ends', 1, 1, 0.5, 3],
  ['medium kept between exit and enter', 2, 30, 0.21, 2],
  ['medium to low', 2, 30, 0.19, 1],
  ['high kept between exit and enter', 3, 30, 0.37, 3],
  ['high to medium', 3, 30, 0.35, 2],
  ['high past medium to low', 3, 30, 0.1, 1],
  ['fall held', 3, 6.9, 0.1, 3],
  ['fall when the hold ends', 3, 7, 0.1, 1],
])('%s', (_, band, heldDays, risk, expected) => {
  expect(bands.next(band, 0, risk, heldDays * DAY_MS)).toBe(expected)
})

test('edges are those of the next step either way', () => {
  expect([0, 1, 2, 3].map((band) => bands.upperEdge(bandNumber(band)))).toEqual([0.25, 0.25, 0.45, Infinity])
  expect([0, 1, 2, 3].map((band) => bands.lowerEdge(bandNumber(band)))).toEqual([0, 0, 0.2, 0.36])
})

test('stored numbers have names', () => {
  expect([0, 1, 2, 3].map((band) => bandName(bandNumber(band)))).toEqual([undefined, 'low', 'medium', 'high'])
  expect(bandNumber(7)).toBe(0)
})
