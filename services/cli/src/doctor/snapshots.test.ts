import { DAY_MS, HOUR_MS } from '@perennial/member'
import { type PlatformConfig, readPlatformConfig, topicSpecs } from '@perennial/runtime'
import { STATE_TOPIC, TOPICS, topicOf } from '@perennial/streams'
import { createMemoryLog, type MemoryLog, settableClock } from '@perennial/testkit'
import { beforeEach, describe, expect, test } from 'vitest'
import { checkTopics } from './log.ts'

const NOW = Date.now()
const ACTIVITY_TOPIC = topicOf('member-activity')
/** What the broker was told to keep of facts. */
const KEPT_MS = 7 * DAY_MS
const EVERY_MS = 6 * HOUR_MS
const CONFIG: PlatformConfig = readPlatformConfig({
  KAFKA_BROKERS: 'localhost:9092',
  SCHEMA_REGISTRY_URL: 'http://localhost:8081',
  ACTIVITY_PARTITIONS: '2',
})

let log: MemoryLog
beforeEach(async () => {
  log = createMemoryLog(settableClock(NOW))
  await log.ensureTopics(topicSpecs(TOPICS, CONFIG.partitions))
  // As the broker answers whose facts are kept for a week.
  log.ensureTopics = async (specs) =>
    specs.map(({ name, retentionMs }) => {
      const short = name === ACTIVITY_TOPIC && retentionMs > KEPT_MS
      return { topic: name, created: false, problems: short ? [`${name}: retention.ms is ${KEPT_MS}`] : [] }
    })
})

/** As schemas/member-state/v1.md has it. */
async function taken(agoMs: number, ...partitions: number[]): Promise<void> {
  const head = { format: 1, epoch: 1, offset: 5, rows: 0, sent: 0, sources: {}, at: NOW - agoMs }
  const value = Buffer.from(JSON.stringify(head))
  await log.append(
    STATE_TOPIC,
    partitions.map((partition) => ({ partition, key: '#head', value })),
  )
}

const found = async (everyMs = EVERY_MS) =>
  (await checkTopics(log, CONFIG, everyMs)).map(({ name, status, detail }) => `${name} ${status}: ${detail}`)

const SHORT = `Topics fail: ${ACTIVITY_TOPIC}: retention.ms is ${KEPT_MS}`

describe('facts that are kept for less than they weigh', () => {
  test('are reported where no snapshots are taken, old ones or not', async () => {
    await taken(HOUR_MS, 0, 1)
    expect(await found(0)).toEqual([SHORT, 'Snapshots ok: off: a rebuild reads the log from its beginning'])
  })

  test('are reported until there is a snapshot of every partition', async () => {
    await taken(HOUR_MS, 1)
    expect(await found()).toEqual([SHORT, 'Snapshots ok: of 1 of 2 partitions so far'])
    await taken(2 * HOUR_MS, 0)
    expect(await found()).toEqual([
      expect.stringContaining('Topics ok'),
      'Snapshots ok: of all 2 partitions, the oldest 2 hours ago',
    ])
  })

  test('are reported where a snapshot is older than what is kept', async () => {
    await taken(HOUR_MS, 0)
    await taken(8 * DAY_MS, 1)
    expect(await found()).toEqual([SHORT, 'Snapshots warn: of all 2 partitions, the oldest 8 days ago'])
  })
})
