import { DAY_MS } from '@perennial/member'
import { expect, test } from 'vitest'
import { taskFor, taskOptionsOf } from './history-options.ts'

const NOW = Date.UTC(2026, 0, 1)
const taskOf = (options: Readonly<Record<string, unknown>>, hasMemberships = false) =>
  taskFor(taskOptionsOf({ args: [], options }), hasMemberships, NOW)

test('with memberships a lapse is leaving, without them inactivity', () => {
  expect(taskOf({}, true)).toMatchObject({
    lapse: { kind: 'left' },
    memberIf: { kind: 'joined' },
    minTenureMs: 90 * DAY_MS,
  })
  expect(taskOf({})).toMatchObject({ lapse: { kind: 'inactive' }, memberIf: { kind: 'active' }, minTenureMs: 0 })
  expect(taskOf({ lapseStream: 'gym' }, true).lapse).toEqual({ kind: 'inactive', stream: 'gym' })
})

test('a folder is complete up to a day that one may name, but not in the future', () => {
  expect(taskOf({ knownUntil: '2025-12-31' }).knownUntil).toBe(Date.UTC(2025, 11, 31))
  expect(taskOf({})).not.toHaveProperty('knownUntil')
  expect(() => taskOf({ knownUntil: '2026-01-02' })).toThrow('--known-until lies in the future')
  expect(() => taskOf({ knownUntil: 'soon' })).toThrow("--known-until is 'soon'")
})
