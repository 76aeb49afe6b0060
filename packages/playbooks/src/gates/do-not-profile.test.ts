import { expect, test } from 'vitest'
import { aMember, gateInput, playbookWith } from '../testing/sample-input.ts'
import { bandEntered } from '../triggers/band-entered.ts'
import { stateTrigger } from '../triggers/trigger.ts'
import { doNotProfile } from './do-not-profile.ts'

const byRisk = playbookWith({ when: bandEntered(['high']) })
const byTerm = playbookWith({ when: stateTrigger('termEnd', ({ termEnd }) => termEnd) })

test.each([
  ['objects, and it is about behaviour', { profiling: false }, byRisk, 'hold'],
  ['objects, and it is about the membership', { profiling: false }, byTerm, 'pass'],
  ['does not object', { profiling: true }, byRisk, 'pass'],
  ['was never asked', {}, byRisk, 'pass'],
] as const)('a member who %s', (_, consent, playbook, expected) => {
  expect(doNotProfile(gateInput({ playbook, member: { ...aMember, consent } })).answer).toBe(expected)
})
