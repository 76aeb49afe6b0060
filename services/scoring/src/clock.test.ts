import { newPartitionState, sourceKey } from '@perennial/engine'
import { DAY_MS, MINUTE_MS, STREAM_CODES } from '@perennial/member'
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
    clock.folded(NOW, { newestAt: NOW - MINUTE_MS, count: 1, sources: [WEB] })
    clock.folded(NOW, { newestAt: NOW - 3 * DAY_MS, count: 1, sources: [MAIL] })
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
    clock.folded(NOW, { newestAt: NOW - 300 * DAY_MS, count: 3, sources: [WEB, MAIL, INTERNAL] })
    expect(clock.read(NOW, state, true)).toBe(NOW - 310 * DAY_MS)
  })

  test('a source that falls quiet holds a replay back no more', () => {
    const clock = createPartitionClock()
    const state = stateWith([
      [WEB, NOW - 300 * DAY_MS],
      [MAIL, NOW - 310 * DAY_MS],
    ])
    clock.folded(NOW, { newestAt: NOW - 310 * DAY_MS, count: 1, sources: [MAIL] })
    // However long the machine takes for it.
    const later = NOW + MINUTE_MS
    clock.folded(later, { newestAt: NOW - 300 * DAY_MS, count: 20_000, sources: [WEB] })
    expect(clock.read(later, state, true)).toBe(NOW - 310 * DAY_MS)
    clock.folded(later, { newestAt: NOW - 300 * DAY_MS, count: 1, sources: [WEB] })
    expect(clock.read(later, state, true)).toBe(NOW - 300 * DAY_MS)
  })

  test('one late fact holds the wall clock back for less than a second', () => {
    const clock = createPartitionClock()
    const state = stateWith([[WEB, NOW - DAY_MS]])
    clock.folded(NOW, { newestAt: NOW - DAY_MS, count: 1, sources: [WEB] })
    expect(clock.read(NOW + 1, state, false)).toBe(NOW - DAY_MS)
    expect(clock.read(NOW + 600, state, false)).toBe(NOW + 600)
  })
})
