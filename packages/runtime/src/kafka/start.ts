import type { Logger } from 'pino'
import { Fault, messageOf } from '../fault.ts'
import { pause } from '../log/wait.ts'
import { createClient } from './client.ts'
import type { KafkaConfig } from './config.ts'
import { isPassing } from './errors.ts'

/** Between two lines that say we are still waiting, in ms. */
const NOTICE_MS = 5_000
const BETWEEN_TRIES_MS = 500

export type ClusterSize = Readonly<{ brokers: number }>

/**
 * Waits until the cluster answers, saying so every few seconds, and gives up with a clear Fault after
 * KAFKA_START_DEADLINE. Wrong credentials are told at once: waiting does not mend them.
 */
export async function waitForKafka(config: KafkaConfig, logger: Logger, signal: AbortSignal): Promise<ClusterSize> {
  const where = config.brokers.join(', ')
  const since = Date.now()
  let noticedAt = 0
  for (;;) {
    try {
      return await probe(config, logger)
    } catch (error) {
      if (signal.aborted) throw error
      const waited = Date.now() - since
      if (!isPassing(error) || waited + BETWEEN_TRIES_MS > config.startDeadlineMs)
        throw unreachable(config, error, waited)
      if (Date.now() - noticedAt >= NOTICE_MS) {
        logger.warn(`Waiting for Kafka at ${where} (KAFKA_BROKERS): ${messageOf(error)}`)
        noticedAt = Date.now()
      }
    }
    await pause(BETWEEN_TRIES_MS, signal)
  }
}

async function probe(config: KafkaConfig, logger: Logger): Promise<ClusterSize> {
  // Its own errors would repeat ours several times a second.
  const quiet = logger.child({}, { level: 'silent' })
  const admin = createClient(config, quiet, { retries: 0 }).admin({ retry: { retries: 0 } })
  try {
    await admin.connect()
    const { brokers } = await admin.describeCluster()
    return { brokers: brokers.length }
  } finally {
    await admin.disconnect().catch(() => undefined)
  }
}

function unreachable(config: KafkaConfig, error: unknown, waited: number): Fault {
  const where = config.brokers.join(', ')
  const reason = messageOf(error)
  if (!isPassing(error)) {
    return new Fault('kafka/refused', `Kafka at ${where} refuses us: ${reason}. Check KAFKA_SASL_* and KAFKA_SSL*.`, {
      cause: error,
    })
  }
  const seconds = Math.round(waited / 1_000)
  return new Fault(
    'kafka/unreachable',
    `No Kafka at ${where} after ${seconds} s: ${reason}. Check KAFKA_BROKERS, or raise KAFKA_START_DEADLINE (seconds).`,
    { cause: error, retriable: true },
  )
}
