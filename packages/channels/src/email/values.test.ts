import { expect, test } from 'vitest'
import { sampleOutreach } from '../testing/sample-outreach.ts'
import { NOW, sampleDescription } from '../testing/test-deps.ts'
import { valuesOf } from './values.ts'

const around = { association: 'Sample', links: {}, now: NOW }
const at = (termEnd: number | undefined, timeZone: string | undefined) => {
  const values = valuesOf(sampleOutreach, { ...sampleDescription, termEnd, timeZone }, around)
  return [values.termEnd, values.daysLeft]
}

test.each([
  [
    'midnight in Berlin: the day before is the last',
    Date.UTC(2027, 0, 22, 23),
    'Europe/Berlin',
    ['22 January 2027', 60],
  ],
  ['the same instant in New York', Date.UTC(2027, 0, 22, 23), 'America/New_York', ['22 January 2027', 60]],
  ['midnight in Berlin, seen from Tokyo', Date.UTC(2027, 0, 22, 23), 'Asia/Tokyo', ['23 January 2027', 61]],
  ['today', NOW + 3_600_000, 'UTC', ['23 November 2026', 0]],
  ['past', NOW - 86_400_000, 'UTC', ['22 November 2026', undefined]],
  ['a zone nobody knows', Date.UTC(2027, 0, 1), 'Mars/Olympus', ['31 December 2026', 38]],
  ['no term', undefined, undefined, [undefined, undefined]],
])('%s', (_, termEnd, timeZone, expected) => {
  expect(at(termEnd, timeZone)).toEqual(expected)
})

test('of a member nobody knows anything, a message can say the number', () => {
  expect(valuesOf(sampleOutreach, undefined, around)).toMatchObject({ memberId: 'M-17', tier: undefined, reasons: [] })
})
