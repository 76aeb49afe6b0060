import { createLogger, createMetrics } from '@perennial/runtime'
import { settableClock } from '@perennial/testkit'
import { expect, test } from 'vitest'
import { Tally } from './tally.ts'
import { type Lag, type Place, Telemetry } from './telemetry.ts'

const place: Place = { stream: 'purchase', tp: { topic: 'purchase.v1', partition: 2 } }

function telemetry(lag: readonly Lag[] = []) {
  const clock = settableClock(1_000_000)
  const registry = createMetrics()
  const logger = createLogger('test', { level: 'silent', format: 'json' })
  const errors: unknown[] = []
  logger.error = (_: unknown, message?: string) => void errors.push(message)
  const warnings: unknown[] = []
  logger.warn = (_: unknown, message?: string) => void warnings.push(message)
  const made = new Telemetry({ registry, logger, clock, schemaPatienceMs: 60_000, lag: () => lag })
  const value = async (name: string) => (await registry.getSingleMetric(`perennial_ingest_${name}`)?.get())?.values
  return { made, clock, errors, warnings, value }
}

test('a partition that waits for a schema is an error only when it has waited too long, and no longer once it moves', () => {
  const { made, clock, errors } = telemetry()
  made.waiting(place, 7)
  clock.advance(59_999)
  made.waiting(place, 7)
  expect(errors).toEqual([])
  clock.advance(1)
  made.waiting(place, 7)
  expect(errors.join()).toContain('does not know schema 7')
  expect(made.held()).toEqual({ stopped: [], waiting: ['purchase/2'] })
  const tally = new Tally()
  tally.repeat()
  made.taken(place, tally)
  expect(made.held()).toEqual({ stopped: [], waiting: [] })
})

test('a stopped partition says what to do, and is forgotten with the partition', async () => {
  const { made, errors, value } = telemetry()
  made.stopped(place, 99, 0.061)
  expect(errors.join()).toContain('BAD_RECORD_SHARE')
  expect(await value('held_up_partitions')).toContainEqual({ labels: { reason: 'stopped' }, value: 1 })
  made.reset(place)
  expect(await value('held_up_partitions')).toContainEqual({ labels: { reason: 'stopped' }, value: 0 })
})

test('a partition that is let go is held up no longer, and was let go once', async () => {
  const { made, warnings, value } = telemetry()
  made.stopped(place, 99, 0.061)
  made.letGo(place, 99, 12)
  expect(warnings.join()).toContain('behind 12 bad ones')
  expect(await value('held_up_partitions')).toContainEqual({ labels: { reason: 'stopped' }, value: 0 })
  expect(await value('releases_total')).toEqual([{ labels: { stream: 'purchase' }, value: 1 }])
})

test('lag is in records, and in seconds of event time while records wait', async () => {
  const lag = [
    { place, records: 5 },
    { place: { ...place, tp: { ...place.tp, partition: 3 } }, records: 0 },
  ]
  const { made, clock, value } = telemetry(lag)
  const tally = new Tally()
  tally.newestAt = 990_000
  tally.records = 1
  for (const { place: at } of lag) made.taken(at, tally)
  clock.advance(2_000)
  expect((await value('lag_records'))?.map(({ value: records }) => records)).toEqual([5, 0])
  expect((await value('lag_seconds'))?.map(({ value: seconds }) => seconds)).toEqual([12, 0])
})
