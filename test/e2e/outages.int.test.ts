import { encodeRecord, registrySubject, SCHEMAS, topicOf } from '@perennial/streams'
import { countOf } from '@perennial/member'
import { kafkaServer } from '@perennial/testkit'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { Deployment } from './harness/deployment.ts'
import { createForwarder, type Forwarder } from './harness/forwarder.ts'
import { websiteRecord } from './harness/raw-records.ts'
import { ServiceProcess } from './harness/service-process.ts'
import { waitFor } from './harness/wait-for.ts'
import { storedRows } from './reference/compare.ts'

const WEBSITE = topicOf('website-activity')

describe.runIf(kafkaServer() !== undefined)('a server that is not there, and settings that are wrong', () => {
  let deployment: Deployment
  let broker: Forwarder
  let registry: Forwarder
  let redis: Forwarder
  const started: ServiceProcess[] = []

  const at = (variable: string): string => deployment.env[variable] ?? ''
  const through = (url: string, door: Forwarder): string => url.replace(new URL(url).host, door.address)

  beforeAll(async () => {
    deployment = await Deployment.create()
    broker = await createForwarder(at('KAFKA_BROKERS'))
    registry = await createForwarder(new URL(at('SCHEMA_REGISTRY_URL')).host)
    redis = await createForwarder(new URL(at('REDIS_URL')).host)
  }, 60_000)

  afterEach(async () => {
    await Promise.all(started.splice(0).map((service) => service.crash()))
    await Promise.all([broker, registry, redis].map((door) => door.close()))
  })

  afterAll(() => deployment.end(), 60_000)

  function run(name: string, env: NodeJS.ProcessEnv): ServiceProcess {
    const service = new ServiceProcess(name, `services/${name}/src/main.ts`, { env: { ...deployment.env, ...env } })
    started.push(service)
    return service
  }

  const DOWN: [what: string, says: string, env: () => NodeJS.ProcessEnv, told: RegExp][] = [
    [
      'Kafka',
      'Waiting for Kafka at',
      () => ({ KAFKA_BROKERS: broker.address, KAFKA_START_DEADLINE: '2' }),
      /No Kafka at 127\.0\.0\.1:\d+ after \d+ s: .*KAFKA_BROKERS/,
    ],
    [
      'the registry',
      'Waiting for the schema registry at',
      () => ({ SCHEMA_REGISTRY_URL: through(at('SCHEMA_REGISTRY_URL'), registry), KAFKA_START_DEADLINE: '2' }),
      /schema registry at http:\/\/127\.0\.0\.1:\d+\S* .*SCHEMA_REGISTRY_URL/,
    ],
    [
      'Redis',
      'Waiting for Redis at',
      () => ({ REDIS_URL: `redis://${redis.address}`, REDIS_START_DEADLINE: '2' }),
      /No Redis at redis:\/\/127\.0\.0\.1:\d+ after \d+ s: .*REDIS_URL/,
    ],
  ]

  test.each(DOWN)('%s is down: waits and says so, then ends with a clear error', async (_, says, env, told) => {
    const service = run('ingest', env())
    await service.line(says)
    expect(await service.ended).toEqual({ code: 1, signal: null })
    const fatal = service.lines.filter((line) => line.includes('"level":60'))
    expect(fatal).toHaveLength(1)
    expect(JSON.parse(fatal[0] ?? '{}').msg).toMatch(told)
  })

  test('servers that come late are waited for', async () => {
    const service = run('ingest', {
      KAFKA_BROKERS: broker.address,
      SCHEMA_REGISTRY_URL: through(at('SCHEMA_REGISTRY_URL'), registry),
      REDIS_URL: `redis://${redis.address}`,
    })
    await service.line('Waiting for Redis at')
    await redis.open()
    await service.line('Waiting for the schema registry at')
    await registry.open()
    await service.line('Waiting for Kafka at')
    await broker.open()
    await service.line('"Ready"')
    expect(await service.stop()).toEqual({ code: 0, signal: null })
  })

  test('a stop while waiting is an orderly stop', async () => {
    const service = run('ingest', { KAFKA_BROKERS: broker.address })
    await service.line('Waiting for Kafka at')
    expect(await service.stop()).toEqual({ code: 0, signal: null })
  })

  test('the registry is away when a new schema comes: the record waits, and is not set aside', async () => {
    const { schemas, log } = deployment.platform
    const newer = { ...JSON.parse(SCHEMAS['website-activity']), doc: `Newer, for ${deployment.namespace}.` }
    const id = await schemas.register(registrySubject(WEBSITE), JSON.stringify(newer))
    const member = { memberId: 'waits' }
    await Promise.all([registry.open(), deployment.start('scoring')])
    const service = run('ingest', { SCHEMA_REGISTRY_URL: through(at('SCHEMA_REGISTRY_URL'), registry) })
    await service.line('"Ready"')
    await registry.close()
    await log.append(WEBSITE, [
      { partition: 0, value: encodeRecord('website-activity', websiteRecord('waits', Date.now(), { member }), id) },
    ])
    await service.line(`look up schema ${id}`)
    await registry.open()
    await waitFor('the record to be folded', async () => {
      const rows = (await storedRows(deployment)).get('m:waits')
      return rows !== undefined && countOf(rows, 0, 0) === 1
    })
    expect(await log.endOffsets(`${WEBSITE}.dead`)).toEqual([0, 0])
  }, 60_000)

  const WRONG: [variable: string, service: string, env: Record<string, string>, told: string][] = [
    [
      'SOURCE_PARTITIONS',
      'ingest',
      { SOURCE_PARTITIONS: 'four' },
      "is 'four': not a whole number. Example: SOURCE_PARTITIONS=4",
    ],
    ['KAFKA_BROKERS', 'ingest', { KAFKA_BROKERS: 'kafka' }, 'Example: KAFKA_BROKERS=kafka-1:9092,kafka-2:9092'],
    [
      'SCHEMA_REGISTRY_URL',
      'scoring',
      { SCHEMA_REGISTRY_URL: '' },
      'Example: SCHEMA_REGISTRY_URL=http://localhost:8081',
    ],
    ['REDIS_URL', 'scoring', { REDIS_URL: 'localhost' }, 'Example: REDIS_URL=redis://localhost:6379'],
    ['PERENNIAL_NAMESPACE', 'scoring', { PERENNIAL_NAMESPACE: 'a b' }, 'Example: PERENNIAL_NAMESPACE=perennial'],
    ['BAD_RECORD_SHARE', 'ingest', { BAD_RECORD_SHARE: '5' }, 'above 1. Example: BAD_RECORD_SHARE=0.05'],
    ['WEBHOOK_URL', 'outreach', { WEBHOOK_URL: 'nowhere' }, 'Example: WEBHOOK_URL='],
    ['METRICS_PORT', 'dispatcher', { METRICS_PORT: 'none' }, 'Example: METRICS_PORT='],
  ]

  test.each(WRONG)(
    '%s is wrong: told with an example, before anything is touched',
    async (name, service, env, told) => {
      await Promise.all([broker.open(), redis.open()])
      const before = broker.connections() + redis.connections()
      const doors = { KAFKA_BROKERS: broker.address, REDIS_URL: `redis://${redis.address}` }
      const process = run(service, { ...doors, ...env })
      expect(await process.ended).toEqual({ code: 78, signal: null })
      expect(process.lines.join('\n')).toContain(name)
      expect(process.lines.join('\n')).toContain(told)
      expect(broker.connections() + redis.connections()).toBe(before)
    },
  )

  test('several wrong settings are told at once', async () => {
    const service = run('ingest', { SOURCE_PARTITIONS: 'four', REDIS_URL: 'foo', MAX_FUTURE_MINUTES: '-1' })
    await service.ended
    expect(service.lines.join('\n')).toMatch(/3 settings are wrong/)
  })
})
