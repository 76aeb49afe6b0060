import type { Outgoing } from '@perennial/runtime'
import { countOf } from '@perennial/member'
import { deadTopicOf, encodeRecord, registrySubject, SCHEMAS, topicOf } from '@perennial/streams'
import { kafkaServer } from '@perennial/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Deployment } from './harness/deployment.ts'
import { poisons, type Poison, websiteRecord } from './harness/raw-records.ts'
import type { Service } from './harness/service-process.ts'
import { settled } from './harness/settled.ts'
import { readTopic } from './harness/topic-records.ts'
import { waitFor } from './harness/wait-for.ts'
import { storedRows } from './reference/compare.ts'

const WEBSITE = topicOf('website-activity')
/** Good ones before each bad one: well below the share at which a partition is stopped. */
const GOOD_EACH = 30
const HEADERS = { 'x-trace': 'abc', 'x-twice': ['1', '2'] }

describe.runIf(kafkaServer() !== undefined)('records that cannot be used', () => {
  let deployment: Deployment
  let ingest: Service
  let schemaId: number
  let poison: Poison[]

  const append = (records: readonly Outgoing[], topic: string = WEBSITE) =>
    deployment.platform.log.append(topic, records)
  const good = (eventId: string, changes = {}): Buffer =>
    encodeRecord('website-activity', websiteRecord(eventId, Date.now() - 60_000, changes), schemaId)
  const visitsOf = async (memberId: string) => {
    const rows = (await storedRows(deployment)).get(`m:${memberId}`)
    return rows === undefined ? 0 : countOf(rows, 0, 0)
  }
  const deadLetters = (topic: string = deadTopicOf('website-activity')) => readTopic(deployment.platform, topic)

  beforeAll(async () => {
    deployment = await Deployment.create({ env: { SCHEMA_PATIENCE_MINUTES: '0.01' } })
    schemaId = await deployment.platform.schemas.register(registrySubject(WEBSITE), SCHEMAS['website-activity'])
    poison = poisons(schemaId, Date.now() - 60_000)
    const [first] = await deployment.start('ingest', 'scoring')
    if (first === undefined) throw new Error('Ingest did not start.')
    ingest = first
    const partition = 0
    const records = poison.flatMap(({ name, value }, n): Outgoing[] => [
      ...Array.from({ length: GOOD_EACH }, (_, k) => ({ partition, value: good(`good-${n}-${k}`) })),
      { partition, key: `key of ${name}`, value, headers: HEADERS },
    ])
    const harmless: Outgoing[] = [
      { partition, key: 'gone', value: null },
      { partition, value: good('from 2099', { occurredAt: Date.UTC(2099, 0, 1), member: { memberId: 'early' } }) },
      { partition, value: good('long url', { url: `https://guild.example/${'x'.repeat(200_000)}` }) },
    ]
    await append([...records, ...harmless])
    await settled(deployment, ['ingest', 'scoring'])
  }, 60_000)

  afterAll(async () => {
    await deployment.end()
  }, 60_000)

  test('are set aside once each, with everything they had and why', async () => {
    const letters = await deadLetters()
    expect(letters).toHaveLength(poison.length)
    for (const [n, { name, value, violation, field }] of poison.entries()) {
      const letter = letters.filter(({ key }) => key?.toString() === `key of ${name}`)
      expect([name, letter.length]).toEqual([name, 1])
      const [{ headers, partition, value: kept } = { headers: undefined, partition: -1, value: null }] = letter
      expect([name, partition, kept?.equals(value)]).toEqual([name, 0, true])
      const text = (header: string) => String(headers?.[header])
      expect({
        name,
        trace: text('x-trace'),
        twice: text('x-twice'),
        topic: text('perennial.errors.topic'),
        offset: Number(text('perennial.errors.offset')),
        violation: text('perennial.errors.violation.type'),
        field: text('perennial.errors.violation.field'),
      }).toEqual({
        name,
        trace: 'abc',
        twice: '1,2',
        topic: WEBSITE,
        offset: n * (GOOD_EACH + 1) + GOOD_EACH,
        violation,
        field,
      })
      expect(text('perennial.errors.exception.message')).toMatch(/^[A-Z\d].+\.$/)
    }
  })

  test('hold up none of the good ones around them', async () => {
    // With the one whose address was long: nobody reads that.
    expect(await visitsOf('poison')).toBe(poison.length * GOOD_EACH + 1)
  })

  test('a date in 2099 is cut to the present, and counts', async () => {
    const rows = (await storedRows(deployment)).get('m:early')
    expect(rows).toBeDefined()
    const lastAt = rows?.f64[1] ?? 0
    expect(Math.abs(lastAt - Date.now())).toBeLessThan(6 * 60_000)
  })

  test('are counted, by what is wrong with them', async () => {
    const metrics = await ingest.metrics()
    const dead = poison.reduce<Record<string, number>>((counts, { violation }) => {
      counts[violation] = (counts[violation] ?? 0) + 1
      return counts
    }, {})
    expect(metrics.by('perennial_ingest_dead_total', 'violation')).toEqual(dead)
    expect(metrics.by('perennial_ingest_dropped_total', 'reason')).toEqual({ tombstone: 1 })
    expect(metrics.sum('perennial_ingest_records_total')).toBe(poison.length * (GOOD_EACH + 1) + 3)
  })

  test('a schema nobody knows yet is waited for, in its partition alone', async () => {
    const { schemas } = deployment.platform
    // The registry counts its schemas: the next one is known before it is there.
    const next =
      (await schemas.register(
        'e2e-probe',
        `{"type":"fixed","name":"${deployment.namespace.replace('-', '_')}","size":1}`,
      )) + 1
    const before = await visitsOf('patient')
    const patient = { member: { memberId: 'patient' } }
    await append([
      { partition: 0, value: encodeRecord('website-activity', websiteRecord('early bird', Date.now(), patient), next) },
      { partition: 0, value: good('behind it', patient) },
      { partition: 1, value: good('beside it', patient) },
    ])
    await waitFor('the partition to wait', async () => held('waiting'))
    await waitFor('the other partition to go on', async () => (await visitsOf('patient')) === before + 1)
    await ingest.line('still does not know schema')
    expect(await deadLetters()).toHaveLength(poison.length)
    // A newer producer registers what it writes: our fields and one more.
    const newer = JSON.parse(SCHEMAS['website-activity'])
    // Not registered by anybody before: the registry gives the same text the same id.
    newer.doc = `A newer version, for ${deployment.namespace}.`
    expect(await schemas.register(registrySubject(WEBSITE), JSON.stringify(newer))).toBe(next)
    await waitFor('the partition to go on', async () => (await visitsOf('patient')) === before + 3)
    await waitFor('nothing to wait', async () => !(await held('waiting')))
  }, 60_000)

  const held = async (reason: string) =>
    (await ingest.metrics()).sum('perennial_ingest_held_up_partitions', { reason }) > 0

  test('a partition with too many of them stops, and goes on by itself once good ones come', async () => {
    const partition = 1
    const visits = (name: string, count: number) =>
      Array.from({ length: count }, (_, n) => ({ partition, value: good(`${name}-${n}`) }))
    const broken = Array.from({ length: 60 }, (_, n) => ({ partition, value: Buffer.from(`broken ${n}`) }))
    const before = (await deployment.platform.log.endOffsets(WEBSITE))[partition] ?? 0
    const letters = (await deadLetters()).length
    await append([...visits('before', 150), ...broken])
    await waitFor('the partition to be stopped', async () => held('stopped'))
    expect((await deadLetters()).length - letters).toBeLessThan(15)
    await append(visits('after', 100))
    await waitFor('the partition to go on', async () => (await committed(WEBSITE))[partition] === before + 310)
    await ingest.line('Good records come again behind')
    expect(await held('stopped')).toBe(false)
    expect((await ingest.metrics()).sum('perennial_ingest_releases_total', { stream: 'website-activity' })).toBe(1)
    expect((await deadLetters()).length - letters).toBe(60)
  }, 60_000)

  test('too many of them stop the partition, loudly, and leave the rest where it is', async () => {
    const topic = topicOf('event-attendance')
    const dead = deadTopicOf('event-attendance')
    const broken = (n: number): Outgoing => ({ partition: 0, value: Buffer.from(`broken ${n}`) })
    const id = await deployment.platform.schemas.register(registrySubject(topic), SCHEMAS['event-attendance'])
    const attended = (n: number): Outgoing => ({
      partition: 0,
      value: encodeRecord(
        'event-attendance',
        { ...websiteRecord(`a-${n}`, Date.now()), type: 'attended', event: 'Annual meeting' },
        id,
      ),
    })
    await append(
      [...Array.from({ length: 150 }, (_, n) => attended(n)), ...Array.from({ length: 300 }, (_, n) => broken(n))],
      topic,
    )
    await append([{ ...attended(999), partition: 1 }], topic)
    await waitFor('the partition to be stopped', async () => held('stopped'))
    await ingest.line('Too many records cannot be used')
    const reason = '1 source partitions are stopped: too many bad records'
    expect(await ingest.readiness()).toEqual({ code: 503, reason })
    const setAside = (await deadLetters(dead)).length
    expect(setAside).toBeGreaterThan(0)
    expect(setAside).toBeLessThan(15)
    await waitFor('the other partition to be read', async () => (await committed(topic))[1] === 1)
    expect((await committed(topic))[0]).toBe(150 + setAside)

    // The person who runs it has looked, and wants them set aside all the same.
    await ingest.stop()
    ingest = await deployment.startWith('ingest', { BAD_RECORD_SHARE: '1' })
    await waitFor('the rest to be set aside', async () => (await committed(topic))[0] === 450)
    expect(await ingest.readiness()).toEqual({ code: 200, reason: undefined })
    const letters = await deadLetters(dead)
    expect(letters.map(({ value }) => String(value)).sort()).toEqual(
      Array.from({ length: 300 }, (_, n) => `broken ${n}`).sort(),
    )
  }, 60_000)

  const committed = (topic: string) => deployment.platform.log.committed(`${deployment.namespace}-ingest`, topic)
})
