import { expect, test } from 'vitest'
import type { Purpose } from '../playbook.ts'
import { consent } from './consent.ts'
import { aMember, gateInput, playbookWith } from '../testing/sample-input.ts'

test.each<[Purpose, Record<string, boolean>, 'pass' | 'hold']>([
  ['marketing', { marketing: true }, 'pass'],
  ['marketing', { marketing: false }, 'hold'],
  ['marketing', {}, 'hold'],
  // Consent to one thing is no consent to another.
  ['marketing', { service: true }, 'hold'],
  ['service', {}, 'pass'],
  ['service', { service: false }, 'hold'],
  ['service', { marketing: false }, 'pass'],
  ['internal', { marketing: false, service: false }, 'pass'],
])('%s with %j: %s', (purpose, given, expected) => {
  expect(
    consent(gateInput({ playbook: playbookWith({ purpose }), member: { ...aMember, consent: given } })).answer,
  ).toBe(expected)
})

test('nothing known of the member is no consent to marketing', () => {
  expect(consent(gateInput({ member: undefined })).answer).toBe('hold')
})
