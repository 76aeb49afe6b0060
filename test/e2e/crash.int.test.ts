import { newRows, readBlock, type Rows } from '@perennial/member'
import { createScorer, starterModel } from '@perennial/risk'
import type { SourceInput } from '@perennial/runtime'
import { topicOf } from '@perennial/streams'
import { kafkaServer } from '@perennial/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ContactRecord, contactFaults, contactRecord } from './harness/contacts.ts'
import { Deployment, IDENTITY_KEY } from './harness/deployment.ts'
import { DAY_MS, login, order, slipping, visit, withRepeats } from './harness/people.ts'
import { sampleSlice, seeded, startOfToday } from './harness/sample.ts'
import { riskFaults } from './harness/risk-records.ts'
import type { Service } from './harness/service-process.ts'
import { settled } from './harness/settled.ts'
import { readStream, readTopic } from './harness/topic-records.ts'
import { startWebhookReceiver, type WebhookReceiver } from './harness/webhook-receiver.ts'
import { actualNumbers, differences, storedRows } from './reference/compare.ts'
import { referenceOf } from './reference/reference.ts'

const KILLS = 3
/** Records sent together; a kill comes between two of these. */
const CHUNK = 20
/** Another one kills at other points: E2E_SEED=12 npm test -- crash */
const SEED = Number(process.env['E2E_SEED'] ?? 11)

/**
 * Somebody browses for a month with a cookie and then logs in; a twin does the same at the same instants, logged in
 * all along.
 */
function twins(name: string, from: number): SourceInput[] {
  const visitor = { anonymousId: `cookie-${name}` }
  const member = { memberId: `member-${name}` }
  const days = Array.from({ length: 30 }, (_, day) => from + day * DAY_MS)
  const loggedInAt = from + 30 * DAY_MS
  return [
    ...days.map((at, n) => visit(`v-${name}-${n}`, at, visitor)),
    ...days.map((at, n) => visit(`t-${name}-${n}`, at, { memberId: `twin-${name}` })),
    login(`v-${name}-in`, loggedInAt, { ...visitor, ...member }),
    login(`t-${name}-in`, loggedInAt, { memberId: `twin-${name}` }),
    // The same browser afterwards, no longer logged in: forwarded one by one.
    ...days.slice(0, 5).map((at, n) => visit(`v-${name}-late-${n}`, at + 31 * DAY_MS, visitor)),
    ...days.slice(0, 5).map((at, n) => visit(`t-${name}-late-${n}`, at + 31 * DAY_MS, { memberId: `twin-${name}` })),
    order(`v-${name}-o`, loggedInAt + 9 * DAY_MS, { ...member, email: `${name}@mail.example` }),
    order(`t-${name}-o`, loggedInAt + 9 * DAY_MS, { memberId: `twin-${name}` }),
  ]
}

const VICTIMS = ['ingest', 'scoring', 'dispatcher'] as const
type Victim = (typeof VICTIMS)[number]

const TWINS = Array.from({ length: 12 }, (_, n) => `p${n}`)

describe.runIf(kafkaServer() !== undefined)('kill -9 in the middle of a replay', () => {
  const random = seeded(SEED)
  let deployment: Deployment
  let receiver: WebhookReceiver
  let produced: SourceInput[]
  let inputs: SourceInput[]
  let stored: Map<string, Rows>
  let contacts: ContactRecord
  const survivors = new Map<Victim, Service>()

  /** Sends the records of one round; each victim is killed at some point of it, and started again. */
  async function round(records: readonly SourceInput[]): Promise<void> {
    const points = { ingest: random(), scoring: random(), dispatcher: random() }
    const restarting: Promise<void>[] = []
    for (let at = 0; at < records.length; at += CHUNK) {
      await deployment.produce(records.slice(at, at + CHUNK))
      for (const name of VICTIMS) {
        if (points[name] * records.length >= at + CHUNK) continue
        points[name] = Infinity
        restarting.push(restart(name))
      }
    }
    await Promise.all(restarting)
    await settled(deployment, VICTIMS)
  }

  async function restart(name: Victim): Promise<void> {
    await survivors.get(name)?.crash()
    survivors.set(name, await deployment.startWith(name, {}))
  }

  beforeAll(async () => {
    const now = Date.now()
    const history = [
      ...TWINS.flatMap((name) => twins(name, startOfToday() - 90 * DAY_MS)),
      ...sampleSlice({ members: 150, days: 100 }),
    ]
    const slips = Array.from({ length: 40 }, (_, n) => slipping(`slip-${n}`, now))
    const mixed = history.toSorted((a, b) => a.record.occurredAt - b.record.occurredAt)
    // Some slip in every round.
    const every = Math.floor(mixed.length / slips.length)
    const told = mixed.flatMap((input, n) => (n % every === 0 ? [input, ...slips.splice(0, 1)] : [input]))
    produced = withRepeats([...told, ...slips], random, { share: 0.2, within: 300 })

    receiver = await startWebhookReceiver()
    deployment = await Deployment.create({ env: receiver.env })
    const started = await deployment.start(...VICTIMS, 'outreach')
    for (const [n, name] of VICTIMS.entries()) if (started[n] !== undefined) survivors.set(name, started[n])
    const size = Math.ceil(produced.length / KILLS)
    for (let n = 0; n < KILLS; n++) await round(produced.slice(n * size, (n + 1) * size))
    await settled(deployment, ['ingest', 'scoring', 'dispatcher', 'outreach'])

    const outcomes = await readStream(deployment.platform, 'outreach-outcome')
    inputs = [...produced, ...outcomes.map(({ record }) => ({ stream: 'outreach-outcome' as const, record }))]
    stored = await storedRows(deployment)
    contacts = await contactRecord(deployment, receiver.deliveries)
  }, 180_000)

  afterAll(async () => {
    await deployment.end()
    await receiver.close()
  }, 60_000)

  test('the kills hit: facts were sent a second time after them', async () => {
    const blocks = await readTopic(deployment.platform, topicOf('member-activity'))
    const positions = blocks
      .flatMap(({ value }) => (value === null ? [] : readBlock(value)))
      .map(({ source }) => `${source.stream} ${source.partition} ${source.offset} ${source.index}`)
    expect(positions.length - new Set(positions).size).toBeGreaterThan(0)
  })

  test('nothing is lost and nothing counts twice', () => {
    expect(differences(stored, referenceOf(inputs, IDENTITY_KEY), Date.now())).toEqual([])
  })

  test('what was published twice is the same, and nothing is left out', async () => {
    const told = await readStream(deployment.platform, 'member-risk')
    expect(riskFaults(told)).toEqual([])
    // And the check can fail.
    const [first] = told
    const changed = told.slice(0, 1).map((one) => ({ ...one, found: { ...one.found, value: Buffer.of(1) } }))
    expect(riskFaults([...told, ...changed])).toEqual([`${first?.record.memberId} 1 came again as something else`])
    // All copies of a first risk that a second follows: a kill may have published any record twice.
    const followed = told.find(({ record }) => record.version === 2)?.record.memberId
    const without = told.filter(({ record }) => record.memberId !== followed || record.version !== 1)
    expect(riskFaults(without)).toContain(`${followed} 2 came after 0`)
  })

  test('nobody is contacted twice, and nobody is forgotten', () => {
    expect(contactFaults(contacts)).toEqual([])
    const reached = new Set(contacts.deliveries.map(({ body }) => body.data['memberId']))
    for (let n = 0; n < 40; n++) expect(reached).toContain(`slip-${n}`)
  })

  test('a visitor who logs in is scored like a member who was logged in all along', () => {
    const scorer = createScorer(starterModel())
    const at = Date.now()
    for (const name of TWINS) {
      const member = stored.get(`m:member-${name}`) ?? newRows(1)
      const twin = stored.get(`m:twin-${name}`) ?? newRows(1)
      expect(rounded(member, at)).toEqual(rounded(twin, at))
      expect(scorer.lapseRisk(member, 0, at)).toBeCloseTo(scorer.lapseRisk(twin, 0, at), 9)
      expect(scorer.score(member, 0, at).engagementScore).toBeCloseTo(scorer.score(twin, 0, at).engagementScore, 9)
    }
  })

  // The checks above are worth something only if they can fail.
  describe('the check itself', () => {
    const firstVisit = () => inputs.findIndex(({ record }) => record.member.anonymousId === 'cookie-p0')

    test('sees one lost fact', () => {
      const [{ record } = { record: { eventId: '' } }] = inputs.slice(firstVisit())
      const without = inputs.filter((input) => input.record.eventId !== record.eventId)
      expect(differences(stored, referenceOf(without, IDENTITY_KEY), Date.now())).toContainEqual(
        expect.stringContaining('m:member-p0: web_visit count is 35, not 34'),
      )
    })

    test('sees one fact that counts twice', () => {
      const again = inputs.slice(firstVisit(), firstVisit() + 1).map((input) => withId(input, 'told anew'))
      expect(differences(stored, referenceOf([...inputs, ...again], IDENTITY_KEY), Date.now())).toContainEqual(
        expect.stringContaining('m:member-p0: web_visit count is 35, not 36'),
      )
    })

    test('sees a row too many, and one that is missing', () => {
      const extra = new Map([...stored, ['m:nobody', newRows(1)]])
      extra.delete('m:slip-0')
      expect(differences(extra, referenceOf(inputs, IDENTITY_KEY), Date.now())).toEqual([
        'm:nobody has a row that nothing accounts for',
        'm:slip-0 has no row',
      ])
    })

    test('sees a second contact, a second job and a forged signature', () => {
      const { entries, jobs, deliveries } = contacts
      const [delivery, job] = [deliveries[0], jobs[0]]
      expect(delivery && job).toBeDefined()
      if (delivery === undefined || job === undefined) return
      expect(contactFaults({ entries, jobs, deliveries: [...deliveries, delivery] })).toHaveLength(2)
      expect(contactFaults({ entries, jobs: [...jobs, { ...job, id: 'o-other' }], deliveries })).toHaveLength(1)
      const forged = deliveries.map((one, n) => (n === 0 ? { ...one, genuine: false } : one))
      expect(contactFaults({ entries, jobs, deliveries: forged })).toEqual([`badly signed: ${delivery.id}`])
    })
  })
})

function withId(input: SourceInput, eventId: string): SourceInput {
  return { ...input, record: { ...input.record, eventId } } as SourceInput
}

/**
 * Rounded to what additions in another order can change, and without what our own outreach leaves: of two alike one
 * may have been written to, because the moment at which a risk is looked at is not the same.
 */
function rounded(rows: Rows, at: number) {
  const { 'as of': _asOf, 'contacted at': _contactedAt, facts: _facts, ...own } = actualNumbers(rows, at)
  const numbers = Object.entries(own)
  return Object.fromEntries(
    numbers.map(([name, value]) => [name, typeof value === 'number' ? value.toPrecision(9) : value]),
  )
}
