import type { Alert, Alerts } from '@perennial/runtime'
import { NOON, sampleAlert } from '@perennial/testkit'
import { describe, expect, test } from 'vitest'

const OPEN = ['open', 'acknowledged'] as const
const by = { by: 'kim', at: NOON + 5 }

/** What every adapter of `Alerts` must do. `make` answers an empty one. */
export function alertsFeatures(name: string, make: () => Alerts): void {
  describe(`${name} as alerts`, () => {
    const ids = (alerts: readonly Alert[]) => alerts.map(({ id }) => id)

    test('come in the order in which they are due, for one owner or for all', async () => {
      const alerts = make()
      await alerts.open(sampleAlert({ id: 'o-late', dueAt: NOON + 9 }))
      await alerts.open(sampleAlert({ id: 'o-soon', dueAt: NOON + 1, owner: 'events' }))
      expect(ids(await alerts.list({ states: OPEN, now: NOON, limit: 9 }))).toEqual(['o-soon', 'o-late'])
      expect(ids(await alerts.list({ states: OPEN, now: NOON, limit: 1 }))).toEqual(['o-soon'])
      expect(ids(await alerts.list({ states: OPEN, now: NOON, limit: 9, owner: 'events' }))).toEqual(['o-soon'])
    })

    test('the same again is the same alert, as it stands by now', async () => {
      const alerts = make()
      await alerts.open(sampleAlert())
      await alerts.change('o-1', { kind: 'acknowledge', ...by })
      await alerts.open(sampleAlert())
      expect(await alerts.get('o-1')).toMatchObject({ state: 'acknowledged', by: 'kim', changedAt: NOON + 5 })
    })

    test('a snoozed one is away until its time has come', async () => {
      const alerts = make()
      await alerts.open(sampleAlert())
      await alerts.change('o-1', { kind: 'snooze', until: NOON + 50, ...by })
      expect(await alerts.list({ states: OPEN, now: NOON + 49, limit: 9 })).toEqual([])
      expect(await alerts.list({ states: ['snoozed'], now: NOON + 49, limit: 9 })).toHaveLength(1)
      expect(await alerts.list({ states: OPEN, now: NOON + 50, limit: 9 })).toHaveLength(1)
    })

    test('a closed one keeps what came of it, and is not opened again', async () => {
      const alerts = make()
      await alerts.open(sampleAlert())
      await alerts.change('o-1', { kind: 'close', outcome: 'will-renew', reason: 'forgot', note: 'on Monday', ...by })
      expect(await alerts.list({ states: OPEN, now: NOON, limit: 9 })).toEqual([])
      expect(await alerts.change('o-1', { kind: 'acknowledge', ...by })).toMatchObject({ state: 'closed' })
      await alerts.open(sampleAlert())
      expect(await alerts.list({ states: ['closed'], now: NOON, limit: 9 })).toMatchObject([
        { outcome: 'will-renew', reason: 'forgot', note: 'on Monday' },
      ])
    })

    test('of one member are told apart from those of others, and can be forgotten', async () => {
      const alerts = make()
      await alerts.open(sampleAlert({ id: 'o-1', memberId: 'M1' }))
      await alerts.open(sampleAlert({ id: 'o-2', memberId: 'M1', openedAt: NOON + 1 }))
      await alerts.open(sampleAlert({ id: 'o-3', memberId: 'M11' }))
      await alerts.open(sampleAlert({ id: 'o-4', memberId: 'M' }))
      await alerts.change('o-1', { kind: 'close', outcome: 'spoke', note: 'moves to Lyon', ...by })
      expect(ids(await alerts.ofMember('M1'))).toEqual(['o-2', 'o-1'])
      expect(await alerts.forget('M1')).toBe(2)
      expect(await alerts.ofMember('M1')).toEqual([])
      expect(await alerts.get('o-1')).toBeUndefined()
      const left = await alerts.list({ states: ['open', 'closed'], now: NOON, limit: 9 })
      expect(ids(left).toSorted()).toEqual(['o-3', 'o-4'])
      expect(await alerts.forget('M1')).toBe(0)
    })

    test('a recovery is marked once, on closed alerts too, and the same decision is answered the same', async () => {
      const alerts = make()
      await alerts.open(sampleAlert({ id: 'o-1' }))
      await alerts.open(sampleAlert({ id: 'o-2' }))
      await alerts.open(sampleAlert({ id: 'o-3', memberId: 'M2' }))
      await alerts.change('o-2', { kind: 'close', outcome: 'spoke', ...by })
      const recovery = { at: NOON + 9, by: 'i-1' }
      expect(ids(await alerts.recovered('M1', recovery)).toSorted()).toEqual(['o-1', 'o-2'])
      expect(ids(await alerts.recovered('M1', recovery)).toSorted()).toEqual(['o-1', 'o-2'])
      expect(await alerts.recovered('M1', { at: NOON + 99, by: 'i-2' })).toEqual([])
      expect(await alerts.get('o-2')).toMatchObject({ state: 'closed', outcome: 'spoke', recoveredAt: NOON + 9 })
      expect((await alerts.get('o-3'))?.recoveredAt).toBeUndefined()
      await alerts.open(sampleAlert({ id: 'o-4', openedAt: NOON + 100 }))
      expect(ids(await alerts.recovered('M1', { at: NOON + 200, by: 'i-2' }))).toEqual(['o-4'])
    })

    test('one that nobody opened cannot be changed', async () => {
      expect(await make().change('o-9', { kind: 'acknowledge', ...by })).toBeUndefined()
      expect(await make().get('o-9')).toBeUndefined()
    })

    test('changes at the same time are both there', async () => {
      const alerts = make()
      await alerts.open(sampleAlert())
      await Promise.all([
        alerts.change('o-1', { kind: 'snooze', until: NOON + 50, ...by }),
        alerts.change('o-1', { kind: 'close', outcome: 'spoke', ...by }),
      ])
      expect((await alerts.get('o-1'))?.state).toBe('closed')
    })
  })
}
