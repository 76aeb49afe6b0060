import { expect, test } from 'vitest'
import { alertOf } from './alert.ts'
import { sampleOutreach } from './testing/sample-outreach.ts'
import { sampleDescription } from './testing/test-deps.ts'

test('an alert says who, what is at stake, why, and until when', () => {
  expect(alertOf(sampleOutreach, sampleDescription, 'https://crm.example/m/{memberId}')).toEqual({
    title: 'Member M-17 is in the high band',
    facts: [
      ['Play', 're-engagement-trigger'],
      ['Owner', 'marketing'],
      ['Risk', '81 %'],
      ['At stake', '162'],
      ['Tier', 'individual'],
      ['Chapter', 'Berlin'],
      ['Term ends', '2027-01-22'],
      ['Act before', '2026-11-28'],
    ],
    reasons: ['no visit for 100 days', 'no event for 150 days'],
    link: 'https://crm.example/m/M-17',
    id: sampleOutreach.id,
  })
})

test('what is not known is left out', () => {
  const { facts, reasons, link } = alertOf({ ...sampleOutreach, owner: undefined }, undefined, undefined)
  expect(facts.map(([label]) => label)).toEqual(['Play', 'Risk', 'Act before'])
  expect([reasons, link]).toEqual([[], undefined])
})

test('a number with odd characters stays one part of the address', () => {
  const { link } = alertOf({ ...sampleOutreach, memberId: 'a/b?c' }, undefined, 'https://crm.example/m/{memberId}')
  expect(link).toBe('https://crm.example/m/a%2Fb%3Fc')
})
