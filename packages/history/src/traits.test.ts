import { describe, expect, test } from 'vitest'
import { ACTIVITY, csv, historyIn } from './history.fixture.ts'
import { traitColumns } from './traits.ts'

async function read(header: string, ...lines: readonly string[]) {
  const files = { 'activity.csv': csv(ACTIVITY), 'traits.csv': csv(header, ...lines) }
  return historyIn(files, { maxBadShare: 1 })
}

/** The columns as of these members, for all members. */
async function columnsIn(header: string, lines: readonly string[], count = lines.length) {
  const { traits, members } = await read(header, ...lines)
  const fitted = Uint32Array.from({ length: count }, (_, m) => m)
  return Object.fromEntries(
    traitColumns(traits, fitted).map(({ name, value }) => [name, members.map((_, m) => value(m))]),
  )
}

describe('traits', () => {
  test('are numbers where all that is there is a number', async () => {
    expect(await columnsIn('member_id,Size', ['M1,3', 'M2,2.5'])).toEqual({ 'trait:Size': [3, 2.5] })
    expect(await columnsIn('Size,member_id', ['3,M1', ',M2', '" ",M3'])).toEqual({
      'trait:Size': [3, Number.NaN, Number.NaN],
      'trait:Size unknown': [0, 1, 1],
    })
  })

  test('are a column per frequent level otherwise, the rare ones together', async () => {
    const lines = 'aaaaaabbbbbccccd'.split('').map((level, i) => `M${10 + i},${level}`)
    const columns = await columnsIn('member_id,kind', [...lines, 'M99,'])
    expect(Object.keys(columns)).toEqual(['trait:kind=a', 'trait:kind=b', 'trait:kind other', 'trait:kind unknown'])
    const sums = Object.values(columns).map((column) => column.reduce((sum, value) => sum + value, 0))
    expect(sums).toEqual([6, 5, 5, 1])
  })

  test('have at most so many levels', async () => {
    const lines = Array.from({ length: 100 }, (_, i) => `M${100 + i},level-${i % 20}`)
    const columns = await columnsIn('member_id,kind', lines)
    expect(Object.keys(columns)).toHaveLength(13)
  })

  test('make the columns of those they were fitted on, for others too', async () => {
    const lines = 'aaaaabbbbbbz'.split('').map((level, i) => `M${10 + i},${level}`)
    const columns = await columnsIn('member_id,kind', [...lines, 'M99,'], 5)
    expect(columns).toEqual({ 'trait:kind=a': [1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0] })
  })

  test('that are ids or free text are left out, and told', async () => {
    const lines = Array.from({ length: 1_200 }, (_, i) => `M${i},note ${i},${i}`)
    const { traits, report } = await read('member_id,note,number', ...lines)
    expect(traits.map(({ name }) => name)).toEqual(['number'])
    expect(report.traitsLeftOut).toEqual(['note'])
  })

  test('of a member who has two rows are those of the first, and the second is told', async () => {
    const { traits, report } = await read('member_id,size,kind', 'M1,3,a', 'M1,4,b')
    expect(report.files[1]?.firstBad).toEqual([{ line: 3, reason: 'the member has a row already' }])
    expect(traits).toMatchObject([{ values: Float64Array.of(3) }, { levels: ['a', 'b'], codes: Int32Array.of(0) }])
  })

  test('are not without number', async () => {
    const names = Array.from({ length: 250 }, (_, i) => `t${i}`).join(',')
    await expect(read(`member_id,${names}`)).rejects.toMatchObject({ code: 'history/header' })
  })
})
