import type { Counter, Registry } from 'prom-client'
import { counter } from '../metrics.ts'

/** What every adapter of the log counts. */
export type LogMetrics = Readonly<{
  /** Records that retention removed before we had read them. Any increase is data loss. */
  lost: Counter<'topic' | 'partition'>
  /** Batches whose handler threw; each is delivered again. */
  batchFailures: Counter<'topic'>
  /** How often a consumer was taken down and set up again, by cause. */
  restarts: Counter<'group' | 'cause'>
  /** Partitions taken over and given up. */
  assignments: Counter<'topic' | 'change'>
}>

export function logMetrics(registry: Registry): LogMetrics {
  return {
    lost: counter(registry, {
      name: 'perennial_log_records_lost_total',
      help: 'Records removed by retention before they were read.',
      labels: ['topic', 'partition'],
    }),
    batchFailures: counter(registry, {
      name: 'perennial_log_batch_failures_total',
      help: 'Batches whose handling failed; each is delivered again.',
      labels: ['topic'],
    }),
    restarts: counter(registry, {
      name: 'perennial_log_consumer_restarts_total',
      help: 'Consumers taken down and set up again.',
      labels: ['group', 'cause'],
    }),
    assignments: counter(registry, {
      name: 'perennial_log_assignments_total',
      help: 'Partitions assigned to and revoked from this process.',
      labels: ['topic', 'change'],
    }),
  }
}
