import { describe, expect, test } from 'vitest'
import { fitFew, forwardPath, pathLength } from './forward-selection.ts'
import { fitHazard } from './hazard.ts'
import { splitsOf } from './splits.ts'
import { columnsOf } from './table.ts'
import { membersOf } from './testing/worlds.ts'

// x1 tells most, x4 next, x2 a little; the other five nothing. x3 is an echo of x1.
const world = membersOf({ n: 5_000, seed: 1, columns: 9, logit: (x) => 1.5 * x[1]! - x[4]! + 0.3 * x[2]! - 1 }).table
const table = {
  ...world,
  columns: world.columns.map((column, k) => (k === 3 ? column.map((x, i) => 0.5 * x + world.columns[1]![i]!) : column)),
}

describe('the path', () => {
  test('takes up what tells most beside what is already there', () => {
    expect(forwardPath(table, { most: 3 })).toEqual(['x1', 'x4', 'x2'])
  })

  test('begins where it is told to', () => {
    expect(forwardPath(table, { most: 3, first: 'x3' })).toEqual(['x3', 'x4', 'x1'])
    expect(forwardPath(table, { most: 2, first: 'no column' })).toEqual(['x1', 'x4'])
  })

  test('is the greedy one: no other next column gains more likelihood', () => {
    const path = forwardPath(table, { most: 4 })
    for (let taken = 0; taken < path.length; taken++) {
      const gains = table.names
        .filter((name) => !path.slice(0, taken).includes(name))
        .map((name) => ({ name, ...fitHazard(columnsOf(table, [...path.slice(0, taken), name]), { lambda: 1 }).fit }))
        .toSorted((a, b) => b.logLikelihood - a.logLikelihood)
      expect(gains[0]!.name).toBe(path[taken])
    }
  })

  test('sees what a column adds to one that it all but repeats', () => {
    const { table } = membersOf({ n: 4_000, seed: 2, columns: 3, logit: ([a, b, c]) => a! + b! + 0.4 * c! })
    const [a, b, c] = table.columns
    const columns = [a!, a!.map((x, i) => x + 0.2 * b![i]!), c!]
    const echoed = { ...table, names: ['a', 'a and a little b', 'c'], columns }
    expect(forwardPath(echoed, { most: 3, first: 'a' })).toEqual(['a', 'a and a little b', 'c'])
  })

  test('ends when there are no more columns', () => {
    expect(forwardPath(columnsOf(table, ['x1', 'x4']), { most: 8 })).toEqual(['x1', 'x4'])
    expect(forwardPath(columnsOf(table, []), { most: 8 })).toEqual([])
  })
})

test('as many columns as held-back members can tell from noise', () => {
  expect(pathLength(splitsOf([table]), { most: 8 })).toBe(3)
  const noise = { ...table, labels: table.labels.toReversed() }
  expect(pathLength(splitsOf([noise]), { most: 8 })).toBe(1)
  expect(pathLength(splitsOf([columnsOf(table, [])]), { most: 8 })).toBe(0)
})

test('a few columns, with next to no ridge', () => {
  const model = fitFew([table], ['x4'])
  expect(model.features.map(({ name }) => name)).toEqual(['x4'])
  expect(model.lambda).toBe(1)
})
