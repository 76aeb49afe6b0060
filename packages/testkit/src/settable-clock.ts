import type { EpochMs } from '@perennial/member'
import type { Clock } from '@perennial/runtime'

export type SettableClock = Clock & Readonly<{ set(at: EpochMs): void; advance(ms: number): void }>

/** A clock that moves only when told to. */
export function settableClock(start: EpochMs): SettableClock {
  let now = start
  return {
    now: () => now,
    set: (at) => void (now = at),
    advance: (ms) => void (now += ms),
  }
}
