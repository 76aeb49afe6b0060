import { expect, test } from 'vitest'
import { replay } from './replay.ts'
import { gateInput } from '../testing/sample-input.ts'

test('history worked through again starts nothing', () => {
  const { cause } = gateInput()
  expect(replay(gateInput({ cause: { ...cause, replay: true } }))).toEqual({ answer: 'hold', reason: 'replay' })
  expect(replay(gateInput()).answer).toBe('pass')
})
