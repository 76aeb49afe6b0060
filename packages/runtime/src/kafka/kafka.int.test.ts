import { kafkaServer, quietLogger } from '@perennial/testkit'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isFault } from '../fault.ts'
import { createMetrics } from '../metrics.ts'
import type { TopicSpec } from '../ports.ts'
import { createClient } from './client.ts'
import { connectKafkaLog } from './log.ts'
import { waitForKafka } from './start.ts'
import { testKafka } from './test-kafka.ts'

const server = kafkaServer()
const PREFIX = `kafka-${process.pid}-`
const { signal } = new AbortController()

test('a broker that is not there is waited for, said so, and then named', async () => {
  const lines: string[] = []
  const logger = pino({ level: 'warn' }, { write: (line: string) => void lines.push(line) })
  const config = { ...testKafka(['127.0.0.1:1'], ''), startDeadlineMs: 1_200 }
  const waited = waitForKafka(config, logger, signal)
  await expect(waited).rejects.toSatisfy((error) => isFault(error, 'kafka/unreachable') && error.retriable)
  await expect(waited).rejects.toThrow(/No Kafka at 127.0.0.1:1 .*KAFKA_BROKERS/)
  expect(lines).toHaveLength(1)
  expect(lines[0]).toContain('Waiting for Kafka at 127.0.0.1:1')
})

test('a stop ends the wait', async () => {
  const stop = new AbortController()
  const waited = waitForKafka(testKafka(['127.0.0.1:1'], ''), quietLogger(), stop.signal)
  stop.abort()
  await expect(waited).rejects.toThrow('ECONNREFUSED')
})

describe.runIf(server !== undefined)('topics on a real broker', () => {
  const config = testKafka(server?.brokers ?? [], PREFIX)
  const admin = createClient(config, quietLogger()).admin()
  const spec: TopicSpec = {
    name: 'facts',
    partitions: 2,
    cleanup: 'delete',
    retentionMs: 86_400_000,
    timestamps: 'append',
  }

  beforeAll(() => admin.connect())
  afterAll(async () => {
    await admin.deleteTopics({ topics: (await admin.listTopics()).filter((topic) => topic.startsWith(PREFIX)) })
    await admin.disconnect()
  })

  const open = (changes = {}) =>
    connectKafkaLog({ ...config, ...changes }, { logger: quietLogger(), metrics: createMetrics(), signal })

  test('a connection warns of nothing', async () => {
    const warnings: string[] = []
    const note = ({ message }: Error) => void warnings.push(message)
    process.on('warning', note)
    const log = await open()
    await new Promise((resolve) => setTimeout(resolve, 20))
    await log.close()
    process.off('warning', note)
    expect(warnings).toEqual([])
  })

  test('are created as declared', async () => {
    const log = await open()
    expect(await log.ensureTopics([spec])).toEqual([{ topic: 'facts', created: true, problems: [] }])
    expect(await log.ensureTopics([spec])).toEqual([{ topic: 'facts', created: false, problems: [] }])
    await log.append('facts', [{ value: Buffer.from('x'), partition: 1 }])
    expect(await log.endOffsets('facts')).toEqual([0, 1])
    await log.close()
  })

  test('are waited for without a word, until the brokers know them', async () => {
    const lines: string[] = []
    const logger = pino({ level: 'warn' }, { write: (line) => void lines.push(line) })
    const log = await connectKafkaLog(config, { logger, metrics: createMetrics(), signal })
    await log.ensureTopics(Array.from({ length: 20 }, (_, n) => ({ ...spec, name: `new-${n}` })))
    await log.close()
    expect(lines).toEqual([])
  })

  test('with other settings are reported, with the command that mends them, and left as they are', async () => {
    await admin.createTopics({
      topics: [{ topic: `${PREFIX}odd`, numPartitions: 1, configEntries: [{ name: 'retention.ms', value: '1000' }] }],
    })
    const log = await open()
    const odd: TopicSpec = { ...spec, name: 'odd', partitions: 3, cleanup: 'compact', compactionLagMs: 1_000 }
    const [report] = await log.ensureTopics([odd])
    expect(report).toMatchObject({ topic: 'odd', created: false })
    expect(report?.problems).toEqual([
      expect.stringContaining('odd has 1 partitions, 3 are configured'),
      expect.stringContaining('cleanup.policy is delete, should be compact'),
      expect.stringMatching(/retention.ms is 1000.*kafka-configs --alter/),
      expect.stringContaining('min.compaction.lag.ms is 0, should be 1000'),
      expect.stringContaining('message.timestamp.type is CreateTime, should be LogAppendTime'),
    ])
    expect(await log.partitions('odd')).toBe(1)
    await log.close()
  })

  test('are only asked for where we may not create them', async () => {
    const log = await open({ createTopics: false })
    const [report] = await log.ensureTopics([{ ...spec, name: 'absent' }])
    expect(report).toMatchObject({ topic: 'absent', created: false })
    expect(report?.problems).toEqual([
      expect.stringMatching(/absent is missing.*kafka-topics --create .*--partitions 2 .*retention.ms=86400000/),
    ])
    await log.close()
  })
})
