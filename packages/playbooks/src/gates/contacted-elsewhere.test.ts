import { DAY_MS } from '@perennial/member'
import { expect, test } from 'vitest'
import { decide, type Question } from '../decide.ts'
import { DEFAULT_POLICY } from '../policy.ts'
import { gateInput, NOON, playbookWith, withSignals } from '../testing/sample-input.ts'

const policy = { ...DEFAULT_POLICY, elsewhere: { marketing: 3 * DAY_MS, service: DAY_MS } }
const contacted = (hoursAgo: number) =>
  withSignals({ contacted_elsewhere: { count: 1, lastAt: NOON - hoursAgo * 3_600_000 } })
const decided = (changes: Partial<Question>) => decide({ ...gateInput({ policy }), moment: 'decide', ...changes })

test('a mail of another team yesterday: it goes out when three days have passed', () => {
  expect(decided({ member: contacted(24) })).toMatchObject({ kind: 'delay', until: NOON + 2 * DAY_MS })
  expect(decided({ member: contacted(24), moment: 'send' })).toMatchObject({ kind: 'delay', until: NOON + 2 * DAY_MS })
  expect(decided({ member: contacted(72) }).kind).toBe('send')
})

test('and past the night after that; each gate says its own', () => {
  const { answers } = decided({ member: contacted(72 - 9) })
  const until = NOON + 9 * 3_600_000
  expect(answers.find(({ gate }) => gate === 'contacted-elsewhere')).toMatchObject({ answer: 'delay', until })
  expect(answers.find(({ gate }) => gate === 'quiet-hours')).toMatchObject({
    answer: 'delay',
    until: NOON + 19 * 3_600_000,
  })
})

test('where that is too late it is held', () => {
  const { cause } = gateInput()
  const early = { ...cause, expiresAt: NOON + 2 * DAY_MS }
  expect(decided({ member: contacted(24), cause: early })).toMatchObject({
    kind: 'hold',
    reason: 'contacted-elsewhere',
  })
})

test.each([
  ['service', 'its own time has passed', 'send'],
  ['internal', 'nobody asked for any', 'send'],
] as const)('%s: %s', (purpose, _, expected) => {
  expect(decided({ member: contacted(24), playbook: playbookWith({ purpose }) }).kind).toBe(expected)
})

test('a policy that does not ask for it waits for nobody', () => {
  expect(decided({ member: contacted(1), policy: { ...DEFAULT_POLICY, elsewhere: {} } }).kind).toBe('send')
})
