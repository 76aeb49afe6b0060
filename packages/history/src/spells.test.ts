import { describe, expect, test } from 'vitest'
import { ACTIVITY, csv, historyIn } from './history.fixture.ts'

const HEADER = 'member_id,joined_at,left_at,term_start,term_end,dues,spell'

async function read(...lines: readonly string[]) {
  const files = { 'activity.csv': csv(ACTIVITY), 'members.csv': csv(HEADER, ...lines) }
  const { spells, members, report } = await historyIn(files, { maxBadShare: 1, now: Date.UTC(2024, 5, 1) })
  if (spells === undefined) throw new Error('There are no spells.')
  const day = (at: number) => (Number.isFinite(at) ? new Date(at).toISOString().slice(0, 10) : String(at))
  const told = Array.from({ length: spells.count }, (_, s) => {
    const terms = spells.terms.slice(spells.termStarts[s], spells.termStarts[s + 1])
    return [
      `${members[spells.member[s] ?? 0]} ${spells.number[s]}: ${day(spells.joinedAt[s] ?? 0)} to ${day(spells.leftAt[s] ?? 0)}`,
      ...terms.map(({ start, end, dues }) => `${day(start)} to ${day(end)} for ${dues}`),
    ].join('; ')
  })
  return { told, starts: [...spells.starts], bad: report.files[1]?.firstBad }
}

describe('spells', () => {
  test('are several per member, in the order of time', async () => {
    const { told, starts } = await read('M2,2019-01-01,,,,,', 'M1,2021-01-01,,,,,', 'M1,2018-01-01,2020-01-01,,,,')
    expect(told).toEqual([
      'M1 1: 2018-01-01 to 2020-01-01',
      'M1 2: 2021-01-01 to Infinity',
      'M2 1: 2019-01-01 to Infinity',
    ])
    expect(starts).toEqual([0, 2, 3])
  })

  test('have the numbers of the file', async () => {
    expect((await read('M1,2021-01-01,,,,,7', 'M1,2018-01-01,2020-01-01,,,,4')).told).toEqual([
      'M1 4: 2018-01-01 to 2020-01-01',
      'M1 7: 2021-01-01 to Infinity',
    ])
  })

  test('take a row that stands there twice as one: a second term would be a renewal', async () => {
    const term = 'M1,2018-01-01,,2018-01-01,2019-01-01'
    const { told } = await read(
      `${term},,1`,
      `${term},50,1`,
      `${term},50,1`,
      'M1,2018-01-01,,2019-01-01,2020-01-01,50,1',
    )
    expect(told).toEqual([
      'M1 1: 2018-01-01 to Infinity; 2018-01-01 to 2019-01-01 for 50; 2019-01-01 to 2020-01-01 for 50',
    ])
  })

  test('take several rows of one joining date as terms of one spell', async () => {
    const { told, bad } = await read(
      'M1,2019-01-01,,2020-01-01,2021-01-01,60,1',
      'M1,2019-01-01,2022-01-01,2021-01-01,2022-01-01,70,1',
      'M1,2019-01-01,,2019-01-01,2020-01-01,50,1',
    )
    expect(told).toEqual([
      'M1 1: 2019-01-01 to 2022-01-01; 2019-01-01 to 2020-01-01 for 50; ' +
        '2020-01-01 to 2021-01-01 for 60; 2021-01-01 to 2022-01-01 for 70',
    ])
    expect(bad).toEqual([])
  })

  test('that never end may say so with a date far ahead', async () => {
    expect((await read('M1,2019-01-01,9999-12-31,2019-01-01,9999-12-31,10,')).told).toEqual([
      'M1 1: 2019-01-01 to Infinity; NaN to NaN for 10',
    ])
  })

  test('that overlap are told, and left out', async () => {
    const { told, bad } = await read('M1,2018-01-01,,,,,', 'M1,2021-01-01,,,,,', 'M2,2018-01-01,2019-01-01,,,,')
    expect(told).toEqual(['M1 1: 2018-01-01 to Infinity', 'M2 1: 2018-01-01 to 2019-01-01'])
    expect(bad).toEqual([{ line: 3, reason: expect.stringContaining('begins before the one before it ended') }])
  })

  test.each([
    ['M1,,,,,,', 'joined_at is not'],
    ['M1,1899-01-01,,,,,', 'joined_at lies before 1900'],
    ['M1,2024-07-01,,,,,', 'or in the future'],
    ['M1,2020-01-01,soon,,,,', 'left_at is not'],
    ['M1,2020-01-01,2019-01-01,,,,', 'left_at lies before'],
    ['M1,2020-01-01,,x,2021-01-01,,', 'term_start or term_end is not'],
    ['M1,2020-01-01,,2020-01-01,,,', 'term_end is missing'],
    ['M1,2020-01-01,,2020-01-01,2020-01-01,,', 'term_end is missing, or not after'],
    ['M1,2020-01-01,,,,-5,', 'dues are not'],
    ['M1,2020-01-01,,,,,1.5', 'spell is not'],
    [',2020-01-01,,,,,', 'member_id is empty'],
  ])('%s is bad', async (row, reason) => {
    const { told, bad } = await read('M0,2020-01-01,,,,,', row)
    expect(told).toHaveLength(1)
    expect(bad).toEqual([{ line: 3, reason: expect.stringContaining(reason) }])
  })
})
