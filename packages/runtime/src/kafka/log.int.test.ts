import { kafkaServer, quietLogger } from '@perennial/testkit'
import { afterAll, beforeAll, describe } from 'vitest'
import type { LogUnderTest } from '../../../../test/contract/log-fixture.ts'
import { logFeatures } from '../../../../test/contract/log.features.ts'
import { logMetrics } from '../log/log-metrics.ts'
import { createMetrics } from '../metrics.ts'
import { createClient } from './client.ts'
import { connectKafkaLog } from './log.ts'
import { testKafka } from './test-kafka.ts'

const server = kafkaServer()
const PREFIX = `contract-${process.pid}-`

describe.runIf(server !== undefined)('kafka', () => {
  let under: LogUnderTest

  beforeAll(() => {
    under = kafkaLog(server?.brokers ?? [])
  })
  afterAll(() => under.close())

  logFeatures('Kafka', () => under)
})

function kafkaLog(brokers: readonly string[]): LogUnderTest {
  const metrics = createMetrics()
  const logger = quietLogger()
  const config = testKafka(brokers, PREFIX)
  const client = createClient(config, logger)
  const { signal } = new AbortController()
  return {
    open: () => connectKafkaLog(config, { logger, metrics, signal }),
    async truncate({ topic, partition }, offset) {
      const name = PREFIX + topic
      const admin = client.admin()
      await admin.connect()
      await admin.fetchTopicMetadata({ topics: [name] })
      await admin.deleteTopicRecords({ topic: name, partitions: [{ partition, offset: String(offset) }] })
      await admin.disconnect()
    },
    async lost() {
      const { values } = await logMetrics(metrics).lost.get()
      return values.reduce((sum, { value }) => sum + value, 0)
    },
    leaseMs: 10_000,
    async close() {
      const admin = client.admin()
      await admin.connect()
      const topics = (await admin.listTopics()).filter((topic) => topic.startsWith(PREFIX))
      await admin.deleteTopics({ topics })
      await admin.disconnect()
    },
  }
}
