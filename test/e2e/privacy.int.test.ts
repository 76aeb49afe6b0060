import { findRemains, openErasure, requestErasure, runErasure } from '@perennial/erasure'
import { createScope, type Redis, type SourceInput } from '@perennial/runtime'
import { TOPICS } from '@perennial/streams'
import { kafkaServer } from '@perennial/testkit'
import { OPEN_VOCABULARY } from './harness/open-signals.ts'
import { readTopic } from './harness/topic-records.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Deployment, IDENTITY_KEY } from './harness/deployment.ts'
import { type OwnRedis, startOwnRedis } from './harness/own-redis.ts'
import { order, slipping } from './harness/people.ts'
import { sampleSlice } from './harness/sample.ts'
import type { Service } from './harness/service-process.ts'
import { settled } from './harness/settled.ts'
import { startWebhookReceiver, type WebhookReceiver } from './harness/webhook-receiver.ts'

const STAGES = ['ingest', 'scoring', 'dispatcher', 'outreach'] as const
const SLIPPING = ['slip-1', 'slip-2']

/** Law 8, on everything that four services say and keep on the way from a slice of the sample to delivered contacts. */
describe.runIf(kafkaServer() !== undefined)('personal data', () => {
  let redis: OwnRedis
  let deployment: Deployment
  let receiver: WebhookReceiver
  let services: Service[]
  let addresses: string[]
  let produced: SourceInput[]

  beforeAll(async () => {
    redis = await startOwnRedis()
    receiver = await startWebhookReceiver()
    deployment = await Deployment.create({ redisUrl: redis.url, env: { ...receiver.env, LOG_LEVEL: 'debug' } })
    services = await deployment.start(...STAGES)
    const now = Date.now()
    produced = [
      ...sampleSlice({ members: 60, days: 60 }),
      ...SLIPPING.map((id) => slipping(id, now)),
      // Somebody with an address whose record cannot be used, and an address that two claim.
      { stream: 'purchase', record: { ...order('bad', now, { email: 'refused@guild.example' }).record, orderId: '' } },
      order('one', now, { memberId: 'slip-1', email: 'shared@guild.example' }),
      order('two', now, { memberId: 'slip-2', email: 'shared@guild.example' }),
    ] as SourceInput[]
    await deployment.produce(produced)
    await settled(deployment, STAGES, 2_000)
    addresses = addressesIn(produced)
  }, 120_000)

  afterAll(async () => {
    await deployment.end()
    await receiver.close()
    await redis.stop()
  }, 60_000)

  const told = (text: string): string[] => addresses.filter((address) => text.includes(address))

  test('is in what came in, and contacts went out', () => {
    expect(addresses.length).toBeGreaterThan(30)
    expect(addresses).toEqual(expect.arrayContaining(['refused@guild.example', 'shared@guild.example']))
    expect(receiver.deliveries.map(({ body }) => body.data['memberId'])).toEqual(expect.arrayContaining(SLIPPING))
  })

  test('is in no line of the logs, down to debug', () => {
    for (const { name, lines } of services) {
      expect([name, lines.length > 5]).toEqual([name, true])
      expect([name, told(lines.join('\n'))]).toEqual([name, []])
    }
  })

  test('is in no metric, and no member is a label', async () => {
    const members = new Set(produced.map(({ record }) => record.member.memberId))
    for (const service of services) {
      const { samples } = await service.metrics()
      const labels = samples.flatMap(({ labels: all }) => Object.values(all))
      expect(told(labels.join('\n'))).toEqual([])
      expect(labels.filter((label) => members.has(label))).toEqual([])
    }
  })

  test('is in no key of Redis, each of which carries the namespace', async () => {
    const keys = await deployment.redis.keys('*')
    expect(keys.length).toBeGreaterThan(100)
    expect(keys.filter((key) => !key.includes(deployment.namespace))).toEqual([])
    expect(told(keys.join('\n'))).toEqual([])
  })

  test('is in no header of a dead letter, and in no key of a topic', async () => {
    for (const { name } of TOPICS) {
      const records = await readTopic(deployment.platform, name)
      const headers = records.flatMap(({ headers: all }) =>
        Object.entries(all ?? {}).map(([header, value]) => `${header} ${String(value)}`),
      )
      expect([name, told(headers.join('\n'))]).toEqual([name, []])
      expect([name, told(records.map(({ key }) => String(key)).join('\n'))]).toEqual([name, []])
    }
    expect((await readTopic(deployment.platform, 'purchase.v1.dead')).length).toBeGreaterThan(0)
  })

  test('is in no job', async () => {
    const jobs = await jobsIn(deployment.redis)
    expect(jobs.length).toBeGreaterThanOrEqual(SLIPPING.length * 2)
    expect(told(JSON.stringify(jobs))).toEqual([])
  })

  test('of a member who is erased is left in no store, and the log is told; the receipt names nobody', async () => {
    const [memberId = ''] = SLIPPING
    const owned = createScope()
    const settings = { identityKey: IDENTITY_KEY, contactKeys: undefined, vocabulary: OPEN_VOCABULARY }
    const { platform, redis, namespace } = deployment
    const deps = await openErasure(platform, owned.scope, settings)
    const asked = await requestErasure(deps, { memberId }, { by: 'test', again: false })
    const receipt = await runErasure(deps, asked, { patienceMs: 30_000 })
    expect(receipt.state).toBe('done')
    expect(told(JSON.stringify(receipt)).concat(JSON.stringify(receipt).includes(memberId) ? [memberId] : [])).toEqual(
      [],
    )
    const place = { redis, namespace, mode: platform.mode, log: platform.log, completedAt: receipt.completedAt }
    const remains = await findRemains(place, { memberId, subjects: [], emails: ['shared@guild.example'] })
    expect(remains.filter(({ kind }) => kind === 'found')).toEqual([])
    expect(remains.find(({ where }) => where === 'member-risk.v1')).toMatchObject({
      kind: 'rests',
      until: 'compaction',
    })
    const last = (await readTopic(platform, 'member-risk.v1')).filter(({ key }) => String(key) === memberId).at(-1)
    expect(last?.value).toBeNull()
    owned.stop()
    await owned.release()
  }, 60_000)
})

/** Every email address that the records name, of members and of anybody. */
function addressesIn(inputs: readonly SourceInput[]): string[] {
  return [...new Set(JSON.stringify(inputs).match(/[\w.+-]+@[\w.-]+\.\w+/g))]
}

/** The outreach jobs as the queue keeps them, data and results. */
async function jobsIn(redis: Redis): Promise<Record<string, string>[]> {
  const keys = await redis.keys('*:outreach:o-*')
  return Promise.all(keys.map((key) => redis.hgetall(key)))
}
