import { kafkaServer, quietLogger } from '@perennial/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createMetrics } from '../../metrics.ts'
import type { Log } from '../../ports.ts'
import { createClient } from '../client.ts'
import { connectKafkaLog } from '../log.ts'
import { testKafka } from '../test-kafka.ts'

const server = kafkaServer()
const PREFIX = `codecs-${process.pid}-`

// A broker compresses what it is sent when the topic says so: with Java's own codecs, which are what we must read.
describe.runIf(server !== undefined)('batches compressed by others', () => {
  const config = testKafka(server?.brokers ?? [], PREFIX)
  const admin = createClient(config, quietLogger()).admin()
  let log: Log

  beforeAll(async () => {
    await admin.connect()
    const { signal } = new AbortController()
    log = await connectKafkaLog(config, { logger: quietLogger(), metrics: createMetrics(), signal })
  })
  afterAll(async () => {
    await log.close()
    await admin.deleteTopics({ topics: (await admin.listTopics()).filter((topic) => topic.startsWith(PREFIX)) })
    await admin.disconnect()
  })

  test.each(['gzip', 'snappy', 'lz4', 'zstd'])('%s is read as it was written', async (codec) => {
    const configEntries = [{ name: 'compression.type', value: codec }]
    await admin.createTopics({ topics: [{ topic: PREFIX + codec, configEntries, numPartitions: 1 }] })
    const values = [
      ...Array.from({ length: 300 }, (_, i) =>
        Buffer.from(`the quick brown fox no. ${i} jumps, `.repeat(1 + (i % 40))),
      ),
      Buffer.alloc(200_000, 'ab'),
      Buffer.from(Array.from({ length: 70_000 }, (_, i) => (i * 2_654_435_761) >>> 24)),
    ]
    await log.append(
      codec,
      values.map((value) => ({ value, partition: 0 })),
    )

    const read = await log.read({ topic: codec, partition: 0 }, 0, 1_000)
    expect(read).toHaveLength(values.length)
    expect(read.every(({ value }, i) => value?.equals(values[i] ?? Buffer.alloc(0)))).toBe(true)
  })
})
