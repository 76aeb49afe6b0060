import { factsInBlock } from '@perennial/member'
import { createLedger, type LedgerEntry, type SourceInput } from '@perennial/runtime'
import { deadTopicOf, SOURCE_NAMES, topicOf } from '@perennial/streams'
import { kafkaServer } from '@perennial/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { contactFaults, contactRecord } from './harness/contacts.ts'
import { Deployment, IDENTITY_KEY } from './harness/deployment.ts'
import type { Metrics } from './harness/metrics.ts'
import { activeInOwnWays, slipping, withRepeats } from './harness/people.ts'
import { repeats, riskFaults } from './harness/risk-records.ts'
import { sampleSlice, seeded } from './harness/sample.ts'
import { settled } from './harness/settled.ts'
import { readStream, readTopic } from './harness/topic-records.ts'
import { startWebhookReceiver, type WebhookReceiver } from './harness/webhook-receiver.ts'
import { actualNumbers, differences, storedRows } from './reference/compare.ts'
import { happeningsOf, referenceOf } from './reference/reference.ts'

const SLIPPING = ['slip-1', 'slip-2', 'slip-3']

describe.runIf(kafkaServer() !== undefined)('the whole path, on a slice of the sample association', () => {
  let deployment: Deployment
  let receiver: WebhookReceiver
  let produced: SourceInput[]
  const metrics: Record<string, Metrics> = {}

  beforeAll(async () => {
    const sample = sampleSlice({ members: 120, days: 100 })
    const now = Date.now()
    const own = ['own-1', 'own-2'].flatMap((id) => activeInOwnWays(id, now))
    const told = [...sample, ...own, ...SLIPPING.map((id) => slipping(id, now))]
    produced = withRepeats(told, seeded(3), { share: 0.05, within: 200 })
    receiver = await startWebhookReceiver()
    deployment = await Deployment.create({ env: receiver.env })
    const services = await deployment.start('ingest', 'scoring', 'dispatcher', 'outreach')
    await deployment.produce(produced)
    // Scoring looks once a second whether facts wait upstream; silence is judged only when none do, and may say more.
    await settled(deployment, ['ingest', 'scoring', 'dispatcher', 'outreach'], 2_000)
    for (const service of services) metrics[service.name] = await service.metrics()
  }, 120_000)

  afterAll(async () => {
    await deployment.end()
    await receiver.close()
  }, 60_000)

  const of = (service: string): Metrics => {
    const found = metrics[service]
    if (found === undefined) throw new Error(`No metrics of ${service}`)
    return found
  }
  const outcomes = async () => (await readStream(deployment.platform, 'outreach-outcome')).map(({ record }) => record)
  const endOf = async (topic: string) =>
    (await deployment.platform.log.endOffsets(topic)).reduce((sum, end) => sum + end, 0)
  const ledger = () => createLedger(deployment.redis, deployment.platform).recent(100_000)

  async function allInputs(): Promise<SourceInput[]> {
    return [...produced, ...(await outcomes()).map((record) => ({ stream: 'outreach-outcome' as const, record }))]
  }

  test('every row holds what one pass over the records makes', async () => {
    const reference = referenceOf(await allInputs(), IDENTITY_KEY)
    const stored = await storedRows(deployment)
    expect(stored.size).toBeGreaterThan(200)
    expect(differences(stored, reference, Date.now())).toEqual([])
    const own = stored.get('m:own-1')
    expect(own && actualNumbers(own, Date.now())).toMatchObject({ 'forum.posted count': 2, 'shift.missed count': 1 })
  })

  test('the risks of a member are numbered without a gap, and in order', async () => {
    const told = await readStream(deployment.platform, 'member-risk')
    expect(riskFaults(told)).toEqual([])
    expect(repeats(told)).toBe(0)
    expect(new Set(told.map(({ record }) => record.memberId)).size).toBeGreaterThanOrEqual(100)
    expect(told.filter(({ record, found }) => found.key?.toString() !== record.memberId)).toEqual([])
  })

  test('a member who slips is an alert and a trigger, each delivered once under its key', async () => {
    const record = await contactRecord(deployment, receiver.deliveries)
    expect(contactFaults(record)).toEqual([])
    // Members of the sample may slip today as well; how many depends on the day.
    const slips = ({ memberId }: Readonly<{ memberId: unknown }>) => SLIPPING.some((id) => id === memberId)
    const sent = record.entries.filter(({ decision }) => decision === 'send').filter(slips)
    const wanted = SLIPPING.flatMap((id) => [`${id} at-risk-alert delivered`, `${id} re-engagement-trigger delivered`])
    expect(sent.map((entry) => `${entry.memberId} ${entry.playbook} ${entry.outcome?.outcome}`).sort()).toEqual(wanted)
    const triggered = receiver.deliveries.filter(({ body }) => SLIPPING.some((id) => id === body.data['memberId']))
    expect(triggered.map(({ body }) => String(body.data['memberId'])).sort()).toEqual(SLIPPING)
    const triggers = record.jobs.filter(slips).filter(({ playbook }) => playbook === 're-engagement-trigger')
    expect(triggered.map(({ id }) => id).sort()).toEqual(triggers.map(({ id }) => id).sort())
  })

  test('what came of it comes back as outcomes, and is no engagement', async () => {
    const found = await outcomes()
    expect(found.map(({ outcome }) => outcome)).toEqual(found.map(() => 'delivered'))
    expect(found.filter(({ member }) => SLIPPING.some((id) => id === member.memberId))).toHaveLength(6)
    const happened = happeningsOf(referenceOf(await allInputs(), IDENTITY_KEY), 'm:slip-1')
    expect(happened.map(({ kind }) => kind).sort()).toEqual(['change', 'outcome', 'outcome'])
  })

  test('every decision is in the ledger with its reason, and told as an event', async () => {
    const entries = await ledger()
    const held = entries.filter(({ decision }) => decision === 'hold')
    // Whoever slipped weeks ago is no cause to act today.
    expect(held.length).toBeGreaterThan(10)
    expect(held.filter(({ reason }) => reason === undefined)).toEqual([])
    const told = await readStream(deployment.platform, 'intervention')
    const word = (one: Pick<LedgerEntry, 'memberId' | 'playbook' | 'decision'>, id: string) =>
      `${id} ${one.memberId} ${one.playbook} ${one.decision}`
    expect(told.map(({ record }) => word(record, record.interventionId)).sort()).toEqual(
      entries.map((entry) => word(entry, entry.id)).sort(),
    )
    expect(told.map(({ found }) => String(found.headers?.['ce_id']))).toEqual(
      told.map(({ record }) => record.interventionId),
    )
  })

  test.each(['member-risk', 'intervention'] as const)('what is told as %s is a CloudEvent', async (name) => {
    const ids = new Set<string>()
    const told = await readStream(deployment.platform, name)
    for (const { record, found } of told) {
      const headers = Object.fromEntries(Object.entries(found.headers ?? {}).map(([key, text]) => [key, String(text)]))
      expect(headers).toMatchObject({
        ce_specversion: '1.0',
        ce_source: expect.stringMatching(/^\/perennial\/\w+$/),
        ce_type: `org.perennial.${name}.v1`,
        ce_time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        ce_subject: record.memberId,
        'content-type': 'application/avro',
      })
      ids.add(headers['ce_id'] ?? '')
    }
    expect(ids.size).toBe(told.length)
  })

  test.each([...SOURCE_NAMES])('the counts of %s balance', async (name) => {
    const ingest = of('ingest')
    const count = (what: string) => ingest.sum(`perennial_ingest_${what}_total`, { stream: name })
    const tally = referenceOf(await allInputs(), IDENTITY_KEY).tallies.get(name)
    expect({
      records: count('records'),
      used: count('applied'),
      repeated: count('deduplicated'),
      dropped: count('dropped'),
      dead: count('dead'),
      deadLetters: await endOf(deadTopicOf(name)),
    }).toEqual({ records: await endOf(topicOf(name)), ...tally, deadLetters: tally?.dead })
    expect(count('applied') + count('deduplicated') + count('dropped') + count('dead')).toBe(count('records'))
  })

  test('the counts of what follows balance', async () => {
    const [ingest, scoring, dispatcher] = [of('ingest'), of('scoring'), of('dispatcher')]
    const blocks = await readTopic(deployment.platform, topicOf('member-activity'))
    const facts = blocks.reduce((sum, { value }) => sum + (value === null ? 0 : factsInBlock(value)), 0)
    const forwarded = scoring.sum('perennial_scoring_aliases_total', { event: 'forwarded' })
    expect(ingest.sum('perennial_ingest_facts_total') + forwarded).toBe(facts)
    expect(scoring.by('perennial_scoring_facts_total', 'outcome')).toEqual({ applied: facts })
    const risks = await endOf(topicOf('member-risk'))
    expect(scoring.sum('perennial_scoring_risks_total')).toBe(risks)
    expect(dispatcher.sum('perennial_dispatcher_in_total')).toBe(risks)
    expect(dispatcher.sum('perennial_dispatcher_applied_total')).toBe(risks)
    expect(dispatcher.sum('perennial_dispatcher_decisions_total')).toBe((await ledger()).length)
    const delivered = of('outreach').sum('perennial_outreach_sends_total', { outcome: 'delivered' })
    expect(delivered).toBe((await outcomes()).length)
  })
})
