import { newPartitionState, sourceKey } from '@perennial/engine'
import { DAY_MS, MINUTE_MS, SECOND_MS, STREAM_CODES } from '@perennial/member'
import { describe, expect, test } from 'vitest'
import { createPartitionClock } from './clock.ts'

const NOW = Date.UTC(2026, 0, 1)
const WEB = sourceKey(STREAM_CODES['website-activity'], 0)
const MAIL = sourceKey(STREAM_CODES['email-activity'], 0)
const INTERNAL = sourceKey(STREAM_CODES['member-activity'], 3)

function stateWith(newest: readonly (readonly [source: number, at: number])[]) {
  const state = newPartitionState()
  for (const [source, newestAt] of newest) state.sources.set(source, { position: 1, newestAt })
  return state
}

describe('the clock of a partition', () => {
  test('is the wall clock when nothing waits', () => {
    expect(createPartitionClock().read(NOW, newPartitionState(), false)).toBe(NOW)
  })

  test('is unknown while facts wait of which none has been seen', () => {
    expect(createPartitionClock().read(NOW, newPartitionState(), true)).toBeUndefined()
  })

  test('is the wall clock while facts are fresh, even if one source lags by days', () => {
    const clock = createPartitionClock()
    clock.folded(NOW, NOW - MINUTE_MS, [WEB])
    clock.folded(NOW, NOW - 3 * DAY_MS, [MAIL])
    const state = stateWith([
      [WEB, NOW - MINUTE_MS],
      [MAIL, NOW - 3 * DAY_MS],
    ])
    expect(clock.read(NOW, state, true)).toBe(NOW)
  })

  test('is the slowest source’s event time in a replay; what partitions send each other says nothing', () => {
    const clock = createPartitionClock()
    const state = stateWith([
      [WEB, NOW - 300 * DAY_MS],
      [MAIL, NOW - 310 * DAY_MS],
      [INTERNAL, NOW - 500 * DAY_MS],
    ])
    clock.folded(NOW, NOW - 300 * DAY_MS, [WEB, MAIL, INTERNAL])
    expect(clock.read(NOW, state, true)).toBe(NOW - 310 * DAY_MS)
  })

  test('a source that falls quiet holds a replay back no more', () => {
    const clock = createPartitionClock()
    const state = stateWith([
      [WEB, NOW - 300 * DAY_MS],
      [MAIL, NOW - 310 * DAY_MS],
    ])
    clock.folded(NOW, NOW - 310 * DAY_MS, [MAIL])
    clock.folded(NOW + 3 * SECOND_MS, NOW - 300 * DAY_MS, [WEB])
    expect(clock.read(NOW + 3 * SECOND_MS, state, true)).toBe(NOW - 300 * DAY_MS)
  })

  test('one late fact holds the wall clock back for less than a second', () => {
    const clock = createPartitionClock()
    const state = stateWith([[WEB, NOW - DAY_MS]])
    clock.folded(NOW, NOW - DAY_MS, [WEB])
    expect(clock.read(NOW + 1, state, false)).toBe(NOW - DAY_MS)
    expect(clock.read(NOW + 600, state, false)).toBe(NOW + 600)
  })
})
