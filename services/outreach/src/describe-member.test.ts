import { DAY_MS } from '@perennial/member'
import { createScorer, starterModel } from '@perennial/risk'
import { NOON, sampleRow, settableClock } from '@perennial/testkit'
import { expect, test } from 'vitest'
import { describeMember } from './describe-member.ts'

const scorer = () => createScorer(starterModel())
const clock = settableClock(NOON)

test('a member is described by what the row says now, in words', async () => {
  const members = { read: async () => sampleRow({ tier: 'student', chapter: 'Berlin' }) }
  const description = await describeMember({ members, scorer, clock }, 'M1')
  expect(description).toMatchObject({
    tier: 'student',
    chapter: 'Berlin',
    termEnd: NOON + 60 * DAY_MS,
    timeZone: 'Europe/Berlin',
  })
  expect(description?.valueAtRisk).toBeGreaterThan(0)
  expect(description?.reasons.length).toBeGreaterThan(0)
})

test('a member nobody has heard of is not described', async () => {
  expect(await describeMember({ members: { read: async () => undefined }, scorer, clock }, 'M1')).toBe(undefined)
})
