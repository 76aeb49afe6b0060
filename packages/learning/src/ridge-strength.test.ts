import { expect, test } from 'vitest'
import { ridgeStrength } from './ridge-strength.ts'
import { splitsOf } from './splits.ts'
import { membersOf } from './testing/worlds.ts'

const strengthFor = (n: number, logit: (x: readonly number[]) => number) =>
  ridgeStrength(splitsOf([membersOf({ n, seed: 3, columns: 10, logit }).table]))

test('columns that tell much are let speak, those that tell little are held down', () => {
  expect(strengthFor(3_000, (x) => 2 * x[0]! - 2 * x[1]! + x[2]!)).toBe(10)
  expect(strengthFor(3_000, (x) => 0.1 * x[0]!)).toBe(300)
})
