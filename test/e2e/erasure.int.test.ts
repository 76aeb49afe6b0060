import {
  type ErasureDeps,
  findRemains,
  namedSubjects,
  openErasure,
  type Person,
  readmit,
  requestErasure,
  runErasure,
} from '@perennial/erasure'
import { contactKey, createScope, type OwnedScope, type SourceInput } from '@perennial/runtime'
import { memberKey, type SubjectKey } from '@perennial/member'
import { redisServer } from '@perennial/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Deployment, IDENTITY_KEY } from './harness/deployment.ts'
import { OPEN_VOCABULARY } from './harness/open-signals.ts'
import { DAY_MS, login, order, slipping, visit } from './harness/people.ts'
import type { ServiceProcess } from './harness/service-process.ts'
import { settled } from './harness/settled.ts'
import { readTopic } from './harness/topic-records.ts'
import { startWebhookReceiver, type WebhookReceiver } from './harness/webhook-receiver.ts'

const STAGES = ['ingest', 'scoring', 'dispatcher', 'outreach'] as const
const CONTACT_KEY = '11'.repeat(32)
const EMAIL = 'jo@guild.example'
const JO: Person = { memberId: 'jo', emails: [EMAIL], anonymousIds: ['parked-browser'] }

/** A member who is at risk and was contacted, with an address, a browser, and one that nobody knows is theirs. */
function story(memberId: string, email: string, now: number): SourceInput[] {
  const browser = { anonymousId: `${memberId}-browser` }
  const joined = slipping(memberId, now)
  return [
    { ...joined, record: { ...joined.record, emails: [email] } } as SourceInput,
    visit(`${memberId}-v1`, now - 3 * DAY_MS, browser),
    login(`${memberId}-l1`, now - 2 * DAY_MS, { memberId, ...browser }),
    visit(`${memberId}-v2`, now - DAY_MS, browser),
    order(`${memberId}-o1`, now - DAY_MS, { email }),
  ]
}

describe.runIf(redisServer() !== undefined)('an erasure', () => {
  const now = Date.now()
  const produced = [
    ...story('jo', EMAIL, now),
    ...story('al', 'al@guild.example', now),
    visit('parked', now - DAY_MS, { anonymousId: 'parked-browser' }),
  ]
  let deployment: Deployment
  let receiver: WebhookReceiver
  let all: ServiceProcess
  let scope: OwnedScope
  let deps: ErasureDeps

  beforeAll(async () => {
    receiver = await startWebhookReceiver()
    deployment = await Deployment.create({ embedded: true, env: { ...receiver.env, CONTACT_KEY } })
    scope = createScope()
    all = await deployment.startAll()
    await deployment.produce(produced)
    await settled(deployment, STAGES)
    deps = await openErasure(deployment.platform, scope.scope, {
      identityKey: IDENTITY_KEY,
      contactKeys: [contactKey(Buffer.from(CONTACT_KEY, 'hex'))],
      vocabulary: OPEN_VOCABULARY,
    })
  }, 60_000)

  afterAll(async () => {
    scope.stop()
    await scope.release()
    await deployment.end()
    await receiver.close()
  }, 60_000)

  const subjects = () => {
    return [...namedSubjects(JO, deps.hashEmail), 'a:jo-browser' as SubjectKey]
  }
  const remains = async () => {
    const receipt = await deps.receipts.get(deps.keys.pseudonym('m:jo'))
    const { redis, namespace, platform } = deployment
    const where = { redis, namespace, log: platform.log, mode: 'embedded', completedAt: receipt?.completedAt } as const
    return findRemains(where, { memberId: 'jo', subjects: subjects(), emails: [EMAIL] })
  }
  const found = async () => (await remains()).filter(({ kind }) => kind === 'found').map(({ where }) => where)
  const rowOf = (memberId: string) => deps.stores.rows.has(memberKey(memberId))

  test('is looked for in every store that has something of the member', async () => {
    expect(await found()).toEqual(
      expect.arrayContaining(['s:m', 's:d', 'l:e', 'l:c', 'b', 'r:m', 'q'].map((key) => expect.stringContaining(key))),
    )
  })

  test('that was interrupted is gone on with, by whoever asks again', async () => {
    await all.stop()
    const asked = await requestErasure(deps, JO, { by: 'test', again: false })
    const interrupted = await runErasure(deps, asked, { patienceMs: 0 })
    expect(interrupted).toMatchObject({ state: 'running', step: 'fold' })
    expect(JSON.stringify(interrupted)).not.toMatch(/"jo"|guild|parked-browser/)
    all = await deployment.startAll()
    const again = await requestErasure(deps, JO, { by: 'test', again: false })
    const receipt = await runErasure(deps, again, { patienceMs: 20_000 })
    expect(receipt).toMatchObject({ state: 'done', requestedAt: asked.requestedAt, subjects: 4 })
    const counts = Object.fromEntries(receipt.cleared.map(({ where, count }) => [where, count]))
    expect(counts).toMatchObject({ 'address book': 1 })
    for (const where of ['jobs', 'alerts', 'ledger', 'contacts']) expect([where, counts[where]]).not.toEqual([where, 0])
    expect(receipt.rests.find(({ where }) => where === 'member-activity.v1')?.until).toBeGreaterThan(
      now + 4 * 365 * DAY_MS,
    )
    expect(JSON.stringify(receipt)).not.toMatch(/"jo"|guild|parked/)
    expect(await deps.receipts.all()).toEqual([receipt])
  }, 60_000)

  test('leaves nothing, and what rests in the log is dated', async () => {
    expect(await found()).toEqual([])
    const rests = await remains()
    expect(rests.map(({ where }) => where)).toEqual(
      expect.arrayContaining(['membership.v1', 'website-activity.v1', 'member-activity.v1', 'member-risk.v1']),
    )
    expect(await rowOf('al')).toBe(true)
    const told = await readTopic(deployment.platform, 'member-risk.v1')
    expect(told.filter(({ key }) => String(key) === 'jo').at(-1)?.value).toBeNull()
  })

  test('refuses whatever comes in again, and whatever is new', async () => {
    const before = (await readTopic(deployment.platform, 'member-activity.v1')).length
    await deployment.produce([
      ...story('jo', EMAIL, now + 1).map(
        (input) => ({ ...input, record: { ...input.record, eventId: `${input.record.eventId}-again` } }) as SourceInput,
      ),
      visit('parked-again', now, { anonymousId: 'parked-browser' }),
    ])
    await settled(deployment, STAGES)
    expect(await found()).toEqual([])
    expect((await readTopic(deployment.platform, 'member-activity.v1')).length).toBe(before)
  }, 60_000)

  test('survives a rebuild from a log that still holds the facts', async () => {
    await all.stop()
    const keys = await deployment.redis.keys(`{${deployment.namespace}:s:*`)
    await deployment.redis.del(...keys)
    await deployment.redis.del(`${deployment.namespace}:claims`)
    all = await deployment.startAll()
    await settled(deployment, STAGES)
    await expect.poll(() => rowOf('al')).toBe(true)
    expect(await found()).toEqual([])
  }, 60_000)

  test('ends with a readmission: what happens from then on counts, as of somebody new', async () => {
    const at = Date.now()
    await readmit(deps, { memberId: 'jo', emails: [EMAIL] }, at)
    const [joined] = story('jo', EMAIL, at + 1)
    if (joined === undefined) throw new Error('no story')
    await deployment.produce([{ ...joined, record: { ...joined.record, eventId: 'joined-anew' } } as SourceInput])
    // Services hear of it within two seconds; until then it is refused still.
    await expect
      .poll(
        async () => {
          await deployment.produce([visit(`after-${Date.now()}`, Date.now(), { memberId: 'jo' })])
          return rowOf('jo')
        },
        { interval: 500 },
      )
      .toBe(true)
    expect(await deps.stores.contacts.ofMember('jo')).toEqual([])
  }, 60_000)
})
