import type { Agenda } from '@perennial/runtime'
import { NOON } from '@perennial/testkit'
import { describe, expect, test } from 'vitest'

/** What every adapter of `Agenda` must do. `make` answers an empty one. */
export function agendaFeatures(name: string, make: () => Agenda): void {
  describe(`${name} as an agenda`, () => {
    test('those who are due come, the earliest first, and no more than asked for', async () => {
      const agenda = make()
      await agenda.notice(0, ['late'], NOON + 2)
      await agenda.notice(0, ['early'], NOON)
      await agenda.notice(0, ['to come'], NOON + 3)
      await agenda.notice(1, ['elsewhere'], NOON)
      expect(await agenda.due(0, NOON + 2, 10)).toEqual([
        { memberId: 'early', at: NOON },
        { memberId: 'late', at: NOON + 2 },
      ])
      expect(await agenda.due(0, NOON + 2, 1)).toHaveLength(1)
      expect(await agenda.size()).toBe(4)
    })

    test('an earlier appointment stays', async () => {
      const agenda = make()
      await agenda.notice(0, ['anna'], NOON)
      await agenda.notice(0, ['anna'], NOON + 5)
      await agenda.notice(0, [], NOON)
      expect(await agenda.due(0, NOON + 9, 9)).toEqual([{ memberId: 'anna', at: NOON }])
    })

    test('after a look there is the next appointment, in whole milliseconds, or none', async () => {
      const agenda = make()
      await agenda.notice(0, ['anna', 'bert'], NOON)
      await agenda.rearm(0, [
        { memberId: 'anna', at: NOON, next: NOON + 7.25 },
        { memberId: 'bert', at: NOON, next: undefined },
      ])
      expect(await agenda.due(0, NOON + 9, 9)).toEqual([{ memberId: 'anna', at: NOON + 8 }])
    })

    test('who was noticed during the look is looked at again', async () => {
      const agenda = make()
      await agenda.notice(0, ['anna'], NOON)
      await agenda.notice(0, ['anna'], NOON - 1)
      await agenda.rearm(0, [{ memberId: 'anna', at: NOON, next: undefined }])
      expect(await agenda.due(0, NOON, 9)).toEqual([{ memberId: 'anna', at: NOON - 1 }])
    })

    test('for which plays it was filled is known by partition', async () => {
      const agenda = make()
      expect(await agenda.filledFor(0)).toBeUndefined()
      await agenda.markFilled(0, 'v1')
      expect(await agenda.filledFor(0)).toBe('v1')
      expect(await agenda.filledFor(1)).toBeUndefined()
    })

    test('who is forgotten has no appointment', async () => {
      const agenda = make()
      await agenda.notice(0, ['M1', 'M2'], 5)
      expect(await agenda.forget(0, ['M1', 'M3'])).toBe(1)
      expect(await agenda.due(0, 9, 9)).toEqual([{ memberId: 'M2', at: 5 }])
      expect(await agenda.forget(0, [])).toBe(0)
    })
  })
}
