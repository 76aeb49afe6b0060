import type { Notices } from '@perennial/runtime'
import { NOON } from '@perennial/testkit'
import { describe, expect, test } from 'vitest'

/** What every adapter of `Notices` must do. `make` answers an empty one. */
export function noticesFeatures(name: string, make: () => Notices): void {
  describe(`${name} as notices`, () => {
    test('what was told last is known, by name', async () => {
      const notices = make()
      expect(await notices.last('alerts:ops')).toBeUndefined()
      await notices.told('alerts:ops', { period: '2026-11-23', until: NOON })
      await notices.told('alerts:events', { period: '2026-11-22', until: NOON - 1 })
      expect(await notices.last('alerts:ops')).toEqual({ period: '2026-11-23', until: NOON })
    })

    test('a straggler that tells of an earlier period, or of the same again, changes nothing', async () => {
      const notices = make()
      await notices.told('alerts:ops', { period: '2026-11-23', until: NOON })
      await notices.told('alerts:ops', { period: '2026-11-22', until: NOON - 9 })
      await notices.told('alerts:ops', { period: '2026-11-23', until: NOON - 9 })
      expect(await notices.last('alerts:ops')).toEqual({ period: '2026-11-23', until: NOON })
    })
  })
}
