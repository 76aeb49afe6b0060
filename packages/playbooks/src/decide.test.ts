import { DAY_MS, HOUR_MS } from '@perennial/member'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { decide, type Question } from './decide.ts'
import { aMember, aPlaybook, gateInput, NOON, NOTHING_STOPPED, othersAt, playbookWith } from './testing/sample-input.ts'
import { GATES } from './gates/registry.ts'
import { isQuiet } from './local-time.ts'
import { DEFAULT_POLICY } from './policy.ts'

const question = (changes: Partial<Question> = {}): Question => ({ ...gateInput(), moment: 'decide', ...changes })

test('with every gate open it is sent, and each gate has answered in order', () => {
  const decision = decide(question())
  expect(decision.kind).toBe('send')
  expect(decision.answers.map(({ gate }) => gate)).toEqual(GATES.map(({ name }) => name))
})

test('the first hold decides; the others are on record too', () => {
  const decision = decide(
    question({
      member: { ...aMember, consent: {} },
      kill: { ...NOTHING_STOPPED, all: true },
      otherContacts: othersAt(NOON),
    }),
  )
  expect(decision).toMatchObject({ kind: 'hold', reason: 'no-consent' })
  expect(decision.answers.filter(({ answer }) => answer === 'hold')).toEqual([
    { gate: 'consent', answer: 'hold', reason: 'no-consent' },
    { gate: 'cap', answer: 'hold', reason: 'cap' },
    { gate: 'kill-switch', answer: 'hold', reason: 'kill-switch' },
  ])
})

test('at night it is put off until morning in the zone of the member', () => {
  const night = Date.UTC(2026, 10, 23, 21)
  expect(decide(question({ now: night }))).toMatchObject({ kind: 'delay', until: Date.UTC(2026, 10, 24, 7) })
})

test('without a zone the fallback of the policy counts', () => {
  const policy = { ...DEFAULT_POLICY, timeZone: 'Asia/Tokyo' }
  const decision = decide(question({ policy, member: { ...aMember, timeZone: undefined } }))
  expect(decision).toMatchObject({ kind: 'delay', until: Date.UTC(2026, 10, 23, 23) })
})

test('a step with a delay waits, then for the morning; on sending its delay is over', () => {
  const step = { name: 'mail', channel: 'log', delayMs: 10 * HOUR_MS }
  expect(decide(question({ step }))).toMatchObject({ kind: 'delay', until: Date.UTC(2026, 10, 24, 7) })
  expect(decide(question({ step, moment: 'send' })).kind).toBe('send')
})

test('whatever the hour, the zone and the night: nothing is sent or planned within quiet hours, or past expiry', () => {
  const zones = fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kathmandu', undefined, 'Nowhere/Land')
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 365 * 24 * 60 }),
      zones,
      fc.integer({ min: 0, max: 5 * DAY_MS }),
      (minute, timeZone, delayMs) => {
        const now = NOON + minute * 60_000
        const { cause } = gateInput()
        const decision = decide(
          question({
            now,
            member: { ...aMember, timeZone },
            step: { name: 'mail', channel: 'log', delayMs },
            cause: { ...cause, expiresAt: now + 2 * DAY_MS },
          }),
        )
        if (decision.kind === 'hold') return delayMs > DAY_MS
        const at = decision.kind === 'delay' ? decision.until : now
        const zone = timeZone === undefined || timeZone.startsWith('Nowhere') ? 'UTC' : timeZone
        return at < now + 2 * DAY_MS && !isQuiet(at, zone, { from: 20 * 60, to: 8 * 60 })
      },
    ),
  )
})

test('an alert to colleagues keeps no quiet hours', () => {
  const night = Date.UTC(2026, 10, 23, 2)
  expect(decide(question({ now: night, playbook: playbookWith({ purpose: 'internal' }) })).kind).toBe('send')
  expect(decide(question({ now: night, playbook: aPlaybook })).kind).toBe('delay')
})
