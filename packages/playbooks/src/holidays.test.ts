import { DAY_MS, HOUR_MS } from '@perennial/member'
import { expect, test } from 'vitest'
import { decide } from './decide.ts'
import { endOfHolidays } from './holidays.ts'
import { parsePolicy } from './parse-policy.ts'
import { DEFAULT_POLICY } from './policy.ts'
import { aMember, gateInput, playbookWith } from './testing/sample-input.ts'

const CHRISTMAS = ['12-25', '2026-12-26']
const at = (text: string) => Date.parse(text)

test.each([
  ['before', '2026-12-24T22:59:59Z', '2026-12-24T22:59:59Z'],
  ['the first day, in Berlin', '2026-12-24T23:00:00Z', '2026-12-26T23:00:00Z'],
  ['in the middle of the second', '2026-12-26T11:07:13Z', '2026-12-26T23:00:00Z'],
  ['after', '2026-12-26T23:00:00Z', '2026-12-26T23:00:00Z'],
  ['another year, of which only one day is a holiday', '2027-12-25T11:00:00Z', '2027-12-25T23:00:00Z'],
])('%s', (_, from, until) => {
  expect(endOfHolidays(at(from), 'Europe/Berlin', CHRISTMAS)).toBe(at(until))
})

test('a list of all days is waited for a month, and no longer', () => {
  const all = Array.from({ length: 12 * 31 }, (_, n) => `${pad(Math.floor(n / 31) + 1)}-${pad((n % 31) + 1)}`)
  expect(endOfHolidays(0, 'UTC', all)).toBe(31 * DAY_MS)
})

test('a contact waits for the end of the night after the holiday, and a colleague is told at once', () => {
  const now = at('2026-12-26T11:00:00Z')
  const policy = { ...DEFAULT_POLICY, holidays: CHRISTMAS }
  const cause = { ...gateInput().cause, expiresAt: now + 9 * DAY_MS, termEnd: 0 }
  const member = { ...aMember, lastAt: now }
  const question = { ...gateInput({ policy, now, cause, member }), moment: 'decide' } as const
  // 08:00 in Berlin on the 27th.
  expect(decide(question)).toMatchObject({ kind: 'delay', until: at('2026-12-26T23:00:00Z') + 8 * HOUR_MS })
  expect(decide({ ...question, playbook: playbookWith({ purpose: 'internal' }) }).kind).toBe('send')
})

test.each([
  ["['12-25', '2026-12-26']", []],
  ["['25.12.']", ["policy.yaml:3:12: expected a day such as '2026-12-25', or '12-25' for every year, found '25.12.'"]],
  ["['02-30']", ["policy.yaml:3:12: expected a day such as '2026-12-25', or '12-25' for every year, found '02-30'"]],
])('holidays: %s', (written, problems) => {
  const text = `cap: { contacts: 1, within: 7d }\ntimeZone: UTC\nholidays: ${written}\n`
  const said = parsePolicy('policy.yaml', text).problems
  expect(said.map(({ file, line, column, reason }) => `${file}:${line}:${column}: ${reason}`)).toEqual(problems)
})

function pad(n: number): string {
  return String(n).padStart(2, '0')
}
