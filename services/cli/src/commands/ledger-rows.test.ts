import { NOON, sampleEntry } from '@perennial/testkit'
import { expect, test } from 'vitest'
import { ledgerRows } from './ledger-rows.ts'

const entry = sampleEntry({
  memberId: 'M "1", Ltd',
  answers: [
    { gate: 'consent', answer: 'pass' },
    { gate: 'quiet-hours', answer: 'delay', until: NOON },
  ],
  outcome: { outcome: 'superseded', at: NOON, channel: 'log', detail: 'two\nlines' },
})

test('a line of JSON is what the API tells, and whom it is about', () => {
  const { head, row } = ledgerRows('jsonl')
  expect(head).toBe('')
  expect(row(entry).endsWith('}\n')).toBe(true)
  expect(JSON.parse(row(entry))).toMatchObject({
    memberId: 'M "1", Ltd',
    decision: 'send',
    policyVersion: 'p1',
    outcome: { outcome: 'superseded', detail: 'two\nlines' },
  })
})

test('a line of CSV has a value for each column, quoted where it must be', () => {
  const { head, row } = ledgerRows('csv')
  expect(head).toMatch(/^memberId,decidedAt,playbook,.*,interventionId\r\n$/)
  const line = row(entry)
  expect(line).toMatch(/^"M ""1"", Ltd",2026-11-23T12:00:00\.000Z,win-back,mail,send,,/)
  expect(line).toContain(',consent=pass quiet-hours=delay(2026-11-23T12:00:00.000Z),')
  expect(line).toContain(',"two\nlines",i-1\r\n')
  expect(row(sampleEntry()).split(',')).toHaveLength(head.split(',').length)
})
