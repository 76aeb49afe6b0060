import { expect, test } from 'vitest'
import { alreadyContacted } from './already-contacted.ts'
import type { KnownContact } from './gate.ts'
import { gateInput } from '../testing/sample-input.ts'

const by = (interventionId: string, state: KnownContact['state']) => gateInput({ contact: { state, interventionId } })

test('the first contact for a cause passes', () => {
  expect(alreadyContacted(gateInput()).answer).toBe('pass')
})

test.each(['pending', 'sending', 'sent', 'failed'] as const)(
  'another decision whose contact is %s is in the way',
  (state) => {
    expect(alreadyContacted(by('i-0', state))).toEqual({ answer: 'hold', reason: 'already-contacted' })
  },
)

test.each(['superseded', 'displaced'] as const)(
  'a contact that was %s was never sent, and is not in the way',
  (state) => {
    expect(alreadyContacted(by('i-0', state)).answer).toBe('pass')
  },
)

test('the decision itself, taken again after a crash, is not in its own way', () => {
  expect(alreadyContacted(by('i-1', 'pending')).answer).toBe('pass')
})
