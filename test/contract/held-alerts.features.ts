import { describe, expect, test } from 'vitest'
import type { HeldAlert, HeldAlerts } from '@perennial/runtime'
import { NOON } from '@perennial/testkit'

const DAY = 86_400_000
const held = (interventionId: string, changes: Partial<HeldAlert> = {}): HeldAlert => ({
  interventionId,
  memberId: 'M1',
  playbook: 'at-risk-alert',
  step: 'alert',
  owner: 'membership-ops',
  valueAtRisk: 100,
  heldAt: NOON,
  ...changes,
})

/** What every adapter of `HeldAlerts` must do. `make` answers one that holds none. */
export function heldAlertsFeatures(name: string, make: () => HeldAlerts): void {
  describe(`${name} as alerts held back`, () => {
    const within = { since: NOON - DAY, until: NOON + DAY }

    test('are listed by owner and time, most at stake first, each once', async () => {
      const alerts = make()
      await alerts.add([held('i-1'), held('i-2', { valueAtRisk: 300 }), held('i-3', { owner: 'kim' })])
      await alerts.add([held('i-1'), held('i-4', { heldAt: NOON + DAY })])
      const ids = async (query: Parameters<HeldAlerts['list']>[0]) =>
        (await alerts.list(query)).map(({ interventionId }) => interventionId)
      expect(await ids({ ...within, owner: 'membership-ops' })).toEqual(['i-2', 'i-1'])
      expect(await ids(within)).toEqual(['i-2', 'i-1', 'i-3'])
      expect(await ids({ since: NOON + DAY, until: NOON + 2 * DAY })).toEqual(['i-4'])
    })

    test('of a member who is to be forgotten nothing stays', async () => {
      const alerts = make()
      await alerts.add([held('i-1'), held('i-2', { memberId: 'M2' })])
      expect(await alerts.forget('M1')).toBe(1)
      expect(await alerts.forget('M1')).toBe(0)
      expect(await alerts.list(within)).toEqual([held('i-2', { memberId: 'M2' })])
    })

    test('none are added', async () => {
      const alerts = make()
      await alerts.add([])
      expect(await alerts.list(within)).toEqual([])
    })
  })
}
