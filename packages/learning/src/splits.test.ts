import { expect, test } from 'vitest'
import { splitsOf } from './splits.ts'
import { rowsOf, type Table } from './table.ts'
import { membersOf } from './testing/worlds.ts'

const cutOff = (n: number, seed: number, level = 0) =>
  membersOf({ n, seed, columns: 1, logit: ([x]) => x! + level }).table

/** As many rows, of whom nobody lapses. */
const quiet = (n: number): Table => ({ ...cutOff(n, 9), labels: new Uint8Array(n) })

test('the latest two cut-offs are judged, each after all before it', () => {
  const tables = [1, 2, 3, 4].map((seed) => cutOff(100 + seed, seed))
  const { by, all } = splitsOf(tables)
  expect(by).toBe('later cut-offs')
  expect(all.map(({ train, judge }) => [train.map(({ n }) => n), judge.n])).toEqual([
    [[101, 102], 103],
    [[101, 102, 103], 104],
  ])
})

test('a cut-off is judged only with enough lapses in it and before it', () => {
  const tables = [quiet(100), cutOff(200, 1), quiet(300), cutOff(400, 2)]
  const { all } = splitsOf(tables)
  expect(all.map(({ train, judge }) => [train.length, judge.n])).toEqual([[3, 400]])
  expect(splitsOf(tables.slice(0, 3)).by).toBe('members')
})

test('of one cut-off, every member is held back once, and lapses are spread evenly', () => {
  const table = cutOff(500, 1)
  const { by, all } = splitsOf([table])
  expect(by).toBe('members')
  expect(all).toHaveLength(5)
  for (const { train, judge } of all) expect(train[0]!.n + judge.n).toBe(500)
  const held = all.flatMap(({ judge }) => [...judge.columns[0]!])
  expect(Float64Array.from(held).sort()).toEqual(table.columns[0]!.toSorted())
  const lapses = all.map(({ judge }) => judge.labels.reduce((sum, y) => sum + y, 0))
  expect(Math.max(...lapses) - Math.min(...lapses)).toBeLessThanOrEqual(1)
})

test('rows of one member are held back together, in folds of folds too', () => {
  const once = cutOff(300, 1)
  const members = Uint32Array.from({ length: 300 }, (_, i) => i * 5)
  const twice = [once, rowsOf(once, Int32Array.from(once.labels.keys()))].map((table) => ({ ...table, members }))
  const quietBefore = twice.map((table, k) => (k === 0 ? { ...table, labels: new Uint8Array(300) } : table))
  const { by, all } = splitsOf(quietBefore)
  expect(by).toBe('members')
  for (const { train, judge } of [...all, ...splitsOf(all[0]!.train).all]) {
    const held = new Set(judge.members)
    expect(held.size).toBeGreaterThan(train[0]!.n / 4 / 2 / 2)
    expect([...(train[0]!.members ?? [])].some((member) => held.has(member))).toBe(false)
  }
})
