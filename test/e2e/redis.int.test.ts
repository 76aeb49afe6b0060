import { createLedger, type SourceInput } from '@perennial/runtime'
import { kafkaServer } from '@perennial/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { contactFaults, contactRecord } from './harness/contacts.ts'
import { Deployment, IDENTITY_KEY } from './harness/deployment.ts'
import { startFlow } from './harness/flow.ts'
import { type OwnRedis, startOwnRedis } from './harness/own-redis.ts'
import { paymentFailed, post, slipping, visit } from './harness/people.ts'
import { sampleSlice } from './harness/sample.ts'
import type { Service } from './harness/service-process.ts'
import { settled } from './harness/settled.ts'
import { readStream } from './harness/topic-records.ts'
import { waitFor } from './harness/wait-for.ts'
import { startWebhookReceiver, type WebhookReceiver } from './harness/webhook-receiver.ts'
import { differences, storedRows } from './reference/compare.ts'
import { referenceOf } from './reference/reference.ts'

const STAGES = ['ingest', 'scoring', 'dispatcher', 'outreach'] as const
const MEDIUM = Array.from({ length: 6 }, (_, n) => `medium-${n}`)

/** In this order: each test finds what the one before has left. */
describe.runIf(kafkaServer() !== undefined)('a Redis that is lost', () => {
  let redis: OwnRedis
  let deployment: Deployment
  let receiver: WebhookReceiver
  let outreach: Service | undefined
  const produced: SourceInput[] = []

  beforeAll(async () => {
    redis = await startOwnRedis()
    receiver = await startWebhookReceiver()
    deployment = await Deployment.create({ redisUrl: redis.url, env: receiver.env })
    const services = await deployment.start(...STAGES)
    outreach = services[3]
  }, 60_000)

  afterAll(async () => {
    await deployment.end()
    await receiver.close()
    await redis.stop()
  }, 60_000)

  const decisions = (id: string) => createLedger(deployment.redis, deployment.platform).ofMember(id)

  async function produce(...inputs: SourceInput[]): Promise<void> {
    await deployment.produce(inputs)
    produced.push(...inputs)
    await settled(deployment, STAGES)
  }

  async function differencesNow(): Promise<string[]> {
    const outcomes = await readStream(deployment.platform, 'outreach-outcome')
    const all = [...produced, ...outcomes.map(({ record }) => ({ stream: 'outreach-outcome' as const, record }))]
    return differences(await storedRows(deployment), referenceOf(all, IDENTITY_KEY), Date.now())
  }

  /** Waits until all state is right again; answers what is wrong once everything has come to rest. */
  async function healed(): Promise<string[]> {
    await waitFor('the state to be right again', async () => (await differencesNow()).length === 0, {
      explain: async () => `${(await differencesNow()).slice(0, 5).join('\n')}\n${deployment.tails()}`,
    })
    await settled(deployment, STAGES)
    return differencesNow()
  }

  test('killed and back with its data: the pipeline goes on by itself', async () => {
    const flow = startFlow(deployment, sampleSlice({ members: 120, days: 90 }), { together: 5, everyMs: 20 })
    await waitFor('rows', async () => (await storedRows(deployment)).size > 20)
    await redis.crash()
    const before = flow.count()
    await waitFor('facts to come in meanwhile', () => flow.count() > before + 100)
    await redis.start()
    produced.push(...(await flow.stop()))
    await settled(deployment, STAGES)
    expect(await healed()).toEqual([])
  }, 60_000)

  test('back without its latest writes, and nothing new comes in: what is missing is folded again', async () => {
    const day = Date.now() - 86_400_000
    await produce(...Array.from({ length: 200 }, (_, n) => visit(`late-${n}`, day, { memberId: `late-${n % 20}` })))
    await redis.crash()
    redis.forgetFrom(Math.floor(redis.written() * 0.75))
    await redis.start()
    expect(await healed()).toEqual([])
    expect(contactFaults(await contactRecord(deployment, receiver.deliveries))).toEqual([])
  }, 60_000)

  test('everything gone: rebuilt from the log, and nobody is contacted a second time', async () => {
    const now = Date.now()
    const slips = Array.from({ length: 6 }, (_, n) => slipping(`slip-${n}`, now))
    await produce(...MEDIUM.map((id) => post(`post-${id}`, now, id)))
    await produce(...slips, ...MEDIUM.map((id) => slipping(id, now, 60)))
    const contacted = receiver.deliveries.map(({ body }) => String(body.data['memberId']))
    expect(contacted).toEqual(expect.arrayContaining(MEDIUM))
    expect(contacted).toContain('slip-5')

    // Decided and not made yet, when it is lost.
    await outreach?.stop()
    await deployment.produce([slipping('slip-open', now)])
    produced.push(slipping('slip-open', now))
    await settled(deployment, ['ingest', 'scoring', 'dispatcher'])
    const told = await decisions('slip-0')
    expect(told.length).toBeGreaterThan(0)

    await deployment.redis.flushall()
    outreach = await deployment.startWith('outreach', {})
    expect(await healed()).toEqual([])
    const since = receiver.deliveries.slice(contacted.length).map(({ body }) => body.data['memberId'])
    expect(new Set(since)).toEqual(new Set(['slip-open']))
    expect(since).toHaveLength(1)
    // The ledger tells what it told before.
    expect(await decisions('slip-0')).toEqual(expect.arrayContaining(told))
  }, 60_000)

  test('after that, who slips is contacted, and who was contacted for this term is not again', async () => {
    const before = receiver.deliveries.length
    await produce(slipping('slip-new', Date.now()), ...MEDIUM.map((id) => paymentFailed(id, Date.now())))
    expect(await healed()).toEqual([])
    expect(receiver.deliveries.slice(before).map(({ body }) => body.data['memberId'])).toEqual(['slip-new'])
    const ledger = createLedger(deployment.redis, deployment.platform)
    const whyNot = async (id: string) =>
      (await ledger.ofMember(id)).find(({ band, playbook }) => band === 'high' && playbook === 're-engagement-trigger')
    const reasons = await Promise.all(MEDIUM.map(async (id) => (await whyNot(id))?.reason))
    expect(reasons).toEqual(MEDIUM.map(() => 'already-contacted'))
  }, 60_000)
})
