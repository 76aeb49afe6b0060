import { expect, test } from 'vitest'
import { checkTable, columnsOf, lapsesIn, pooled, rowsOf, type Table, thinned } from './table.ts'

const table: Table = {
  names: ['a', 'b'],
  columns: [Float64Array.of(1, 2, 3), Float64Array.of(4, Number.NaN, 6)],
  labels: Uint8Array.of(1, 0, 1),
  offset: Float64Array.of(0.1, 0.2, 0.3),
  n: 3,
  members: Uint32Array.of(7, 8, 9),
}

test('a sound table passes', () => {
  expect(() => checkTable(table)).not.toThrow()
})

test.each<[string, Partial<Table>, string]>([
  ['a column too many', { names: ['a'] }, '1 names for 2 columns'],
  ['a name twice', { names: ['a', 'a'] }, "two columns 'a'"],
  ['a short column', { columns: [Float64Array.of(1, 2, 3), Float64Array.of(4)] }, "its column 'b' has 1"],
  ['too many labels', { labels: new Uint8Array(4) }, 'its labels has 4'],
  ['another label', { labels: Uint8Array.of(0, 2, 1) }, 'Label of row 1 is 2'],
  ['an unknown offset', { offset: Float64Array.of(0, Number.NaN, 0) }, 'offset of every row'],
  ['an infinite value', { columns: [Float64Array.of(1, 2, 3), Float64Array.of(4, 5, Infinity)] }, 'infinite in row 2'],
  ['too few members', { members: Uint32Array.of(1) }, 'its members has 1'],
])('refused: %s', (_, change, reason) => {
  expect(() => checkTable({ ...table, ...change })).toThrow(reason)
})

test('tables laid one after the other, and taken apart again', () => {
  const both = pooled([table, rowsOf(table, Int32Array.of(2, 0))])
  expect(both.n).toBe(5)
  expect([...both.columns[0]!]).toEqual([1, 2, 3, 3, 1])
  expect([...both.labels]).toEqual([1, 0, 1, 1, 1])
  expect([...both.offset]).toEqual([0.1, 0.2, 0.3, 0.3, 0.1])
  expect([...(both.members ?? [])]).toEqual([7, 8, 9, 9, 7])
  expect(lapsesIn(both)).toBe(4)
  expect(rowsOf(both, Int32Array.of(0, 1, 2))).toEqual(table)
  expect(() => pooled([table, columnsOf(table, ['b'])])).toThrow('differ in their columns')
  expect(() => pooled([])).toThrow('no table')
})

test('columns by name', () => {
  expect(columnsOf(table, ['b'])).toEqual({ ...table, names: ['b'], columns: [table.columns[1]] })
  expect(() => columnsOf(table, ['c'])).toThrow("no column 'c'")
})

test('thinned evenly, and only when too long', () => {
  const long = rowsOf(
    table,
    Int32Array.from({ length: 300 }, (_, i) => i % 3),
  )
  expect(thinned(long, 300)).toBe(long)
  const short = thinned(long, 100)
  expect(short.n).toBe(100)
  expect([...short.columns[0]!.subarray(0, 3)]).toEqual([1, 1, 1])
})
