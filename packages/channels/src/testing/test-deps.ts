import { createMetrics } from '@perennial/runtime'
import { quietLogger, settableClock } from '@perennial/testkit'
import type { ChannelDeps } from '../channel.ts'
import type { MemberDescription } from '../member-description.ts'

/** When tests take place: in the second minute after the sample outreach was decided. */
export const NOW = Date.UTC(2026, 10, 23, 12, 0, 7) + 900

export const sampleDescription: MemberDescription = {
  tier: 'individual',
  chapter: 'Berlin',
  termEnd: Date.UTC(2027, 0, 22, 23),
  timeZone: 'Europe/Berlin',
  valueAtRisk: 162.4,
  reasons: ['no visit for 100 days', 'no event for 150 days'],
}

/** For tests: nothing is written anywhere, and waiting moves the clock. */
export function testDeps(changes: Partial<ChannelDeps> = {}) {
  const clock = settableClock(NOW)
  const deps: ChannelDeps = {
    logger: quietLogger(),
    clock,
    metrics: createMetrics(),
    wait: async (ms) => clock.advance(ms),
    describe: async () => sampleDescription,
    ...changes,
  }
  return { ...deps, clock }
}
