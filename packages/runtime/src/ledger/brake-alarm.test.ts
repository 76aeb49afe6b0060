import { expect, test } from 'vitest'
import { createMetrics } from '../metrics.ts'
import { createBrakeAlarm } from './brake-alarm.ts'

test('a play that is stopped is counted each time, and said once an hour', async () => {
  const said: unknown[] = []
  let now = 1_000
  const registry = createMetrics()
  const logger = { error: (about: unknown) => void said.push(about) }
  const stopped = createBrakeAlarm({ registry, logger, service: 'dispatcher', now: () => now })
  for (const playbook of ['a', 'a', 'b']) stopped(playbook)
  expect(said).toEqual([{ playbook: 'a' }, { playbook: 'b' }])
  now += 3_600_000
  stopped('a')
  expect(said).toHaveLength(3)
  expect(await registry.metrics()).toContain('perennial_dispatcher_play_limit_total{playbook="a"} 3')
})
