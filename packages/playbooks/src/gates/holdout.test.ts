import { expect, test } from 'vitest'
import { decide } from '../decide.ts'
import { DEFAULT_POLICY } from '../policy.ts'
import { gateInput, NOTHING_STOPPED, playbookWith } from '../testing/sample-input.ts'
import { GATES } from './registry.ts'
import { holdout } from './holdout.ts'

const MEMBERS = Array.from({ length: 2_000 }, (_, n) => `M${n}`)
const draw = { salt: 'guild', share: 0.1, globalShare: 0 }

function heldOut(changes: Parameters<typeof gateInput>[0] = {}): number {
  const input = gateInput(changes)
  return MEMBERS.filter((memberId) => holdout({ ...input, cause: { ...input.cause, memberId } }).answer === 'hold')
    .length
}

test.each([
  ['nobody, where the policy holds nobody out', {}, 0, 0],
  ['a tenth', { policy: { ...DEFAULT_POLICY, holdout: draw } }, 160, 240],
  [
    'half, where the play says so',
    { policy: { ...DEFAULT_POLICY, holdout: draw }, playbook: playbookWith({ holdout: 0.5 }) },
    920,
    1_080,
  ],
  [
    'everybody in the global holdout',
    { policy: { ...DEFAULT_POLICY, holdout: { ...draw, globalShare: 1 } } },
    2_000,
    2_000,
  ],
])('held out: %s', (_, changes, least, most) => {
  const found = heldOut(changes)
  expect(found).toBeGreaterThanOrEqual(least)
  expect(found).toBeLessThanOrEqual(most)
})

test('is the reason only where nothing else stands in the way, on deciding and on sending', () => {
  const policy = { ...DEFAULT_POLICY, holdout: { ...draw, share: 1 } }
  const input = gateInput({ policy })
  for (const moment of ['decide', 'send'] as const)
    expect(decide({ ...input, moment })).toMatchObject({ kind: 'hold', reason: 'holdout' })
  const off = { ...NOTHING_STOPPED, all: true }
  expect(decide({ ...input, kill: off, moment: 'decide' })).toMatchObject({ kind: 'hold', reason: 'kill-switch' })
  expect(GATES.at(-1)?.name).toBe('holdout')
})
