import { YEAR_MS } from '@perennial/member'
import { day, rowOf } from '@perennial/features/testing'
import { expect, test } from 'vitest'
import { membershipYear } from './membership-year.ts'

const yearsAgo = (years: number) => day(0) - years * YEAR_MS

test.each([
  ['nothing known', rowOf({}), 1],
  ['first term', rowOf({ joinedAt: yearsAgo(0.5), termStart: yearsAgo(0.5) }), 1],
  ['renewed three times', rowOf({ joinedAt: yearsAgo(3), termStart: yearsAgo(0), renewals: 3 }), 4],
  ['imported without renewals', rowOf({ joinedAt: yearsAgo(5), termStart: yearsAgo(0) }), 6],
  ['a term that starts a week early', rowOf({ joinedAt: yearsAgo(5), termStart: yearsAgo(0.02) }), 6],
  ['joined, term unknown', rowOf({ joinedAt: yearsAgo(5) }), 1],
  ['very long', rowOf({ renewals: 80 }), 60],
])('year of membership: %s', (_, rows, year) => {
  expect(membershipYear(rows, 0)).toBe(year)
})
