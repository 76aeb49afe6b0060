import { expect, test } from 'vitest'
import { contactKey, entryId, termId } from './term-id.ts'

const day = (text: string) => Date.parse(`${text}T00:00:00Z`)

test.each([
  ['the end of the term', { termEnd: day('2027-03-31'), joinedAt: day('2020-01-01') }, 't-2027-03-31'],
  [
    'the next term of a member whose start never moves',
    { termEnd: day('2028-03-31'), joinedAt: day('2020-01-01') },
    't-2028-03-31',
  ],
  ['years since joining', { termEnd: null, joinedAt: day('2024-11-24') }, 'y-1'],
  ['a date of joining in the future', { termEnd: null, joinedAt: day('2027-01-01') }, 'y-0'],
  ['the calendar year', { termEnd: null, joinedAt: null }, 'c-2026'],
])('%s', (_, dates, expected) => {
  expect(termId({ asOf: day('2026-11-23'), ...dates })).toBe(expected)
})

test.each([
  ['once a term, as keys in flight have it', {}, 't-2027-03-31'],
  ['once a term', { reentry: 'perTerm' }, 't-2027-03-31'],
  ['once for good', { reentry: 'never' }, 'ever'],
  ['each time its cause comes about', { reentry: { afterMs: 1 } }, 'on-2026-11-20'],
] as const)('a play may be entered %s', (_, playbook, expected) => {
  expect(entryId(playbook, 't-2027-03-31', day('2026-11-20') + 1)).toBe(expected)
})

test('a member id with a bar in it makes no two contacts one', () => {
  expect(contactKey('a', 't-2027-03-31', 'p', 's')).not.toBe(contactKey('a|t-2027-03-31', 'p', 's', ''))
})
