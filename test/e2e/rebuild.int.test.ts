import { memberKey, partitionFor } from '@perennial/member'
import { createGenerations, partitionKeys, type SourceInput } from '@perennial/runtime'
import { kafkaServer } from '@perennial/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Report } from '../../services/cli/src/rebuild/report.ts'
import { contactFaults, contactRecord } from './harness/contacts.ts'
import { Deployment, IDENTITY_KEY } from './harness/deployment.ts'
import { startFlow } from './harness/flow.ts'
import { slipping } from './harness/people.ts'
import { riskFaults } from './harness/risk-records.ts'
import { sampleSlice } from './harness/sample.ts'
import { ServiceProcess } from './harness/service-process.ts'
import { settled } from './harness/settled.ts'
import { readStream } from './harness/topic-records.ts'
import { waitFor } from './harness/wait-for.ts'
import { startWebhookReceiver, type WebhookReceiver } from './harness/webhook-receiver.ts'
import { differences, storedRows } from './reference/compare.ts'
import { referenceOf } from './reference/reference.ts'

const STAGES = ['ingest', 'scoring', 'dispatcher', 'outreach'] as const
const SLIPPING = Array.from({ length: 10 }, (_, n) => `slip-${n}`)
/** Whose row is made wrong. */
const WRONG = 'slip-0'

/** In this order: each test finds what the one before has left. */
describe.runIf(kafkaServer() !== undefined)('a rebuild while facts keep coming in', () => {
  let deployment: Deployment
  let receiver: WebhookReceiver
  const produced: SourceInput[] = []

  beforeAll(async () => {
    receiver = await startWebhookReceiver()
    deployment = await Deployment.create({ env: receiver.env })
    await deployment.start(...STAGES)
  }, 60_000)

  afterAll(async () => {
    await deployment.end()
    await receiver.close()
  }, 60_000)

  const command = (...args: string[]) =>
    new ServiceProcess('rebuild', 'services/cli/src/main.ts', {
      args: ['rebuild', '--json', ...args],
      env: deployment.env,
    })

  async function rebuilt(...args: string[]): Promise<Report & { code: number | null }> {
    const running = command(...args)
    const { code } = await running.ended
    const report = running.lines.find((line) => line.startsWith('{"replayed"'))
    if (report === undefined) throw new Error(`${running.tail()}\n${deployment.tails()}`)
    return { code, ...JSON.parse(report) }
  }

  async function faults(): Promise<string[]> {
    const outcomes = await readStream(deployment.platform, 'outreach-outcome')
    const all = [...produced, ...outcomes.map(({ record }) => ({ stream: 'outreach-outcome' as const, record }))]
    const contacts = await contactRecord(deployment, receiver.deliveries)
    return [
      ...differences(await storedRows(deployment), referenceOf(all, IDENTITY_KEY), Date.now()),
      ...contactFaults(contacts),
    ]
  }

  /** An outcome may be under way while rows are read. */
  async function inOrder(): Promise<void> {
    await waitFor('everything to be in order', async () => (await faults()).length === 0, {
      explain: async () => `${(await faults()).slice(0, 5).join('\n')}\n${deployment.tails()}`,
    })
  }

  test('comes to the state that serves; killed anywhere it harms nothing, switched and gone back from it loses nothing', async () => {
    const now = Date.now()
    const told = sampleSlice({ members: 250, days: 150 })
    const slips = SLIPPING.map((id) => slipping(id, now))
    const inputs = told.flatMap((input, n) => (n % 150 === 149 ? [input, ...slips.splice(0, 1)] : [input]))
    const flow = startFlow(deployment, [...inputs, ...slips], { together: 4, everyMs: 50 })
    await waitFor('facts', () => flow.count() > 200)
    const killed = command('--yes')
    await waitFor('the rebuild to have begun', async () => (await generationsKept()).includes(true))
    await killed.crash()

    const first = await rebuilt('--yes')
    expect(first).toMatchObject({ code: 0, same: true, switched: 4, members: [] })
    const before = flow.count()
    await waitFor('facts to come in after the switch', () => flow.count() > before + 100)
    expect(await rebuilt('--rollback', '--yes')).toMatchObject({ code: 0, same: true, switched: 4 })
    produced.push(...(await flow.stop()))
    await settled(deployment, STAGES)
    await inOrder()
    expect(riskFaults(await readStream(deployment.platform, 'member-risk'))).toEqual([])
  }, 90_000)

  test('a wrong row is named, put right and made known, and nobody is contacted a second time', async () => {
    const contacts = () => receiver.deliveries.filter(({ body }) => body.data['memberId'] === WRONG).length
    const contacted = contacts()
    const partition = partitionFor(memberKey(WRONG), 4)
    const { rows } = partitionKeys(deployment.namespace, partition)
    const [other = ''] = (await deployment.redis.hkeys(rows)).filter(
      (key) => key.startsWith('m:') && key !== memberKey(WRONG),
    )
    await deployment.redis.hset(rows, memberKey(WRONG), (await deployment.redis.hgetBuffer(rows, other)) ?? '')

    const found = await rebuilt('--compare-only', '--partition', String(partition))
    expect(found).toMatchObject({ code: 1, same: false, switched: 0, members: [WRONG] })
    expect(await rebuilt('--yes', '--partition', String(partition))).toMatchObject({ code: 0, switched: 1 })
    await settled(deployment, STAGES)
    await inOrder()
    expect(contacts()).toBe(contacted)
    const known = await readStream(deployment.platform, 'member-risk')
    const versions = known.filter(({ record }) => record.memberId === WRONG).map(({ record }) => record.version)
    expect(versions).toEqual(versions.toSorted((a, b) => a - b))
    expect((await rebuilt('--compare-only')).same).toBe(true)
  }, 60_000)

  async function generationsKept(): Promise<boolean[]> {
    const generations = createGenerations(deployment.redis, deployment.namespace)
    const kept = await Promise.all([0, 1, 2, 3].map((partition) => generations.kept(partition)))
    return kept.map(({ next }) => next)
  }
})
