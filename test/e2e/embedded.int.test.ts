import type { SourceInput } from '@perennial/runtime'
import { redisServer } from '@perennial/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { contactFaults, contactRecord } from './harness/contacts.ts'
import { Deployment, IDENTITY_KEY } from './harness/deployment.ts'
import { slipping, withRepeats } from './harness/people.ts'
import { sampleSlice, seeded } from './harness/sample.ts'
import type { ServiceProcess } from './harness/service-process.ts'
import { settled } from './harness/settled.ts'
import { startFlow } from './harness/flow.ts'
import { readStream } from './harness/topic-records.ts'
import { waitFor } from './harness/wait-for.ts'
import { startWebhookReceiver, type WebhookReceiver } from './harness/webhook-receiver.ts'
import { differences, storedRows } from './reference/compare.ts'
import { referenceOf } from './reference/reference.ts'

const STAGES = ['ingest', 'scoring', 'dispatcher', 'outreach'] as const
const SLIPPING = Array.from({ length: 20 }, (_, n) => `slip-${n}`)

/** The same laws without Kafka: the log is in Redis, and everything else in one process. */
describe.runIf(redisServer() !== undefined)('kill -9 of everything at once, on Redis alone', () => {
  const random = seeded(Number(process.env['E2E_SEED'] ?? 21))
  let deployment: Deployment
  let receiver: WebhookReceiver
  let all: ServiceProcess
  let produced: readonly SourceInput[]

  beforeAll(async () => {
    const now = Date.now()
    const slips = SLIPPING.map((id) => slipping(id, now))
    const told = sampleSlice({ members: 120, days: 100 }).flatMap((input, n) =>
      n % 100 === 50 ? [input, ...slips.splice(0, 1)] : [input],
    )
    receiver = await startWebhookReceiver()
    deployment = await Deployment.create({ embedded: true, env: receiver.env })
    all = await deployment.startAll()
    produced = withRepeats([...told, ...slips], random, { share: 0.2, within: 300 })
    const half = Math.ceil(produced.length / 2)
    for (const part of [produced.slice(0, half), produced.slice(half)]) {
      const flow = startFlow(deployment, part, { together: 10, everyMs: 5, untilDry: true })
      const point = random() * part.length
      await waitFor('the moment', () => flow.count() >= point, { everyMs: 1 })
      await all.crash()
      all = await deployment.startAll()
      await flow.dry()
    }
    await settled(deployment, STAGES)
  }, 120_000)

  afterAll(async () => {
    await deployment.end()
    await receiver.close()
  }, 60_000)

  test('nothing is lost and nothing counts twice', async () => {
    const outcomes = await readStream(deployment.platform, 'outreach-outcome')
    const inputs = [...produced, ...outcomes.map(({ record }) => ({ stream: 'outreach-outcome' as const, record }))]
    expect(differences(await storedRows(deployment), referenceOf(inputs, IDENTITY_KEY), Date.now())).toEqual([])
  })

  test('nobody is forgotten, and nobody is contacted under two names', async () => {
    const record = await contactRecord(deployment, receiver.deliveries)
    // Who sends was killed too: an attempt may be made again, under the id by which a receiver knows it.
    const once = [...new Map(receiver.deliveries.map((delivery) => [delivery.id, delivery])).values()]
    expect(contactFaults({ ...record, deliveries: once })).toEqual([])
    expect(once.map(({ body }) => body.data['memberId'])).toEqual(expect.arrayContaining(SLIPPING))
  })
})
