import { expect, test } from 'vitest'
import { logLossDifference } from './metrics.ts'
import { compare, firstWithinNoise } from './noise.ts'
import type { Splits } from './splits.ts'
import { membersOf, normals } from './testing/worlds.ts'

const worlds = [1, 2].map((seed) => membersOf({ n: 1_000, seed, columns: 1, logit: ([x]) => x! }))
const splitsBy = (by: Splits['by']): Splits => ({ by, all: worlds.map(({ table }) => ({ train: [], judge: table })) })

const truths = worlds.map(({ truth }) => truth)
const useless = truths.map((truth) => truth.map(() => 0))
const moved = (by: number) => truths.map((truth) => truth.map((z) => z + by))
const normal = normals(7)
const blurred = truths.map((truth) => truth.map((z) => z + 0.05 * normal()))

test('the first that is not clearly worse than the best', () => {
  const splits = splitsBy('members')
  expect(firstWithinNoise(splits, [useless, blurred, truths])).toMatchObject({ chosen: 1 })
  expect(firstWithinNoise(splits, [truths, useless])).toEqual({ chosen: 0, best: 0 })
  expect(firstWithinNoise(splits, [useless, truths])).toEqual({ chosen: 1, best: 1 })
})

test('on later cut-offs the rate is nobody’s merit, on members of the same it is', () => {
  expect(compare(splitsBy('later cut-offs'), moved(2), truths).difference).toBeCloseTo(0, 9)
  expect(compare(splitsBy('members'), moved(2), truths).difference).toBeGreaterThan(0.1)
})

test('over all members held back, twice as uncertain where years cannot differ', () => {
  const { difference, se } = compare(splitsBy('members'), useless, truths)
  const parts = worlds.map(({ table }, s) => logLossDifference(useless[s]!, truths[s]!, table.labels))
  expect(difference).toBeCloseTo((parts[0]!.difference + parts[1]!.difference) / 2, 12)
  expect(se).toBeCloseTo(Math.hypot(parts[0]!.se, parts[1]!.se), 12)
})

test('what is better in one year and worse in the next is not better', () => {
  const wavering = [truths[0]!, truths[1]!.map((z) => -z)]
  const { difference, se } = compare(splitsBy('later cut-offs'), wavering, useless)
  expect(se).toBeGreaterThan(Math.abs(difference) / 2)
  expect(se).toBeGreaterThan(0.1)
})
