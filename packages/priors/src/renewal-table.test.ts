import { expect, test } from 'vitest'
import { pooledTable, tableOfSpells, tableOfSurvivors } from './renewal-table.ts'

test('survivors become renewals and lapses by year', () => {
  expect(tableOfSurvivors([100, 80, 70])).toEqual({ renewed: [80, 70], lapsed: [20, 10] })
  expect(tableOfSurvivors([100])).toEqual({ renewed: [], lapsed: [] })
})

test('spells become the same table as their survivors', () => {
  const spells = [
    { renewals: 0, lapsed: true, count: 20 },
    { renewals: 1, lapsed: true, count: 10 },
    { renewals: 2, lapsed: false, count: 69 },
    { renewals: 2, lapsed: false },
  ]
  expect(tableOfSpells(spells)).toEqual(tableOfSurvivors([100, 80, 70]))
})

test('of members known from a later year only what came after counts', () => {
  expect(tableOfSpells([{ renewals: 3, lapsed: true, knownFrom: 2, count: 5 }])).toEqual({
    renewed: [0, 0, 5, 0],
    lapsed: [0, 0, 0, 5],
  })
})

test('a spell that ended before it is known says nothing', () => {
  const { renewed, lapsed } = tableOfSpells([{ renewals: 1, lapsed: true, knownFrom: 3 }])
  expect([...renewed, ...lapsed].every((count) => count === 0)).toBe(true)
})

test('cohorts of different age are pooled by year of membership', () => {
  const pooled = pooledTable([tableOfSurvivors([100, 80, 70]), tableOfSurvivors([50, 45]), tableOfSurvivors([60])])
  expect(pooled).toEqual({ renewed: [125, 70], lapsed: [25, 10] })
  expect(pooledTable([])).toEqual({ renewed: [], lapsed: [] })
})
