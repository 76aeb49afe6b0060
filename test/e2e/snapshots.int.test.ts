import { findRemains, namedSubjects, openErasure, type Person, requestErasure, runErasure } from '@perennial/erasure'
import type { SubjectKey } from '@perennial/member'
import { contactKey, createScope, type OwnedScope, type SourceInput } from '@perennial/runtime'
import { STATE_TOPIC, topicOf } from '@perennial/streams'
import { kafkaServer } from '@perennial/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { HEAD_KEY, readHead } from '../../services/scoring/src/snapshots/record.ts'
import { deleteRecords } from '../torture/ground/delete-records.ts'
import { alterTopic } from './harness/alter-topic.ts'
import { Deployment, IDENTITY_KEY } from './harness/deployment.ts'
import { OPEN_VOCABULARY } from './harness/open-signals.ts'
import { DAY_MS, login, slipping, visit } from './harness/people.ts'
import { type Service, ServiceProcess } from './harness/service-process.ts'
import { settled } from './harness/settled.ts'
import { readTopic } from './harness/topic-records.ts'
import { waitFor } from './harness/wait-for.ts'
import { differences, storedRows } from './reference/compare.ts'
import { referenceOf } from './reference/reference.ts'

const STAGES = ['ingest', 'scoring', 'dispatcher'] as const
const PEOPLE = Array.from({ length: 12 }, (_, n) => `member-${n}`)
const [WHO = ''] = PEOPLE
const ERASED: Person = { memberId: WHO }
const ACTIVITY_TOPIC = topicOf('member-activity')
/** The broker compacts what it can at once. */
const EAGER = { 'segment.ms': '200', 'min.cleanable.dirty.ratio': '0', 'min.compaction.lag.ms': '0' }
/** A snapshot every two seconds. */
const OFTEN = { SNAPSHOT_MINUTES: '0.03' }
/** What there is is read, but nothing new is written. */
const SELDOM = { SNAPSHOT_MINUTES: '1440' }

function story(memberId: string, now: number): SourceInput[] {
  const anonymousId = `${memberId}-browser`
  return [
    slipping(memberId, now),
    visit(`${memberId}-v1`, now - 3 * DAY_MS, { anonymousId }),
    login(`${memberId}-l1`, now - 2 * DAY_MS, { memberId, anonymousId }),
    visit(`${memberId}-v2`, now - DAY_MS, { anonymousId: `${memberId}-phone` }),
  ]
}

/** In this order: each test finds what the one before has left. */
describe.runIf(kafkaServer() !== undefined)('snapshots in a compacted topic', () => {
  const now = Date.now()
  const produced = PEOPLE.flatMap((memberId) => story(memberId, now))
  const [address = ''] = kafkaServer()?.brokers ?? []
  let deployment: Deployment
  let scoring: Service
  let scope: OwnedScope

  beforeAll(async () => {
    scope = createScope()
    deployment = await Deployment.create()
    await alterTopic(address, topic(STATE_TOPIC), EAGER)
    await deployment.start('ingest', 'dispatcher')
    scoring = await deployment.startWith('scoring', OFTEN)
  }, 60_000)

  afterAll(async () => {
    scope.stop()
    await scope.release()
    await deployment.end()
  }, 60_000)

  const topic = (name: string) => `${deployment.namespace}.${name}`
  const stateRecords = () => readTopic(deployment.platform, STATE_TOPIC)

  /** Where each partition's latest snapshot goes on, once all facts are in them. */
  async function heads(): Promise<ReadonlyMap<number, number>> {
    const found = (await stateRecords()).filter(({ key }) => String(key) === HEAD_KEY)
    return new Map(found.map(({ partition, value }) => [partition, readHead(value ?? Buffer.alloc(0))?.offset ?? 0]))
  }

  async function isCompacted(): Promise<boolean> {
    const ends = await deployment.platform.log.endOffsets(STATE_TOPIC)
    const written = ends.reduce((sum, end) => sum + end, 0)
    return written > 0 && (await stateRecords()).length < written / 2
  }

  test('are enough when Redis has lost the state and the log the facts', async () => {
    await deployment.produce(produced)
    await settled(deployment, STAGES)
    await waitFor('snapshots of all facts, compacted', async () => {
      const [ends, standing] = await Promise.all([deployment.platform.log.endOffsets(ACTIVITY_TOPIC), heads()])
      return ends.every((end, partition) => standing.get(partition) === end) && (await isCompacted())
    })
    await scoring.stop()
    await deleteRecords(address, topic(ACTIVITY_TOPIC), await heads())
    const later = PEOPLE.map((memberId) => login(`${memberId}-l2`, now, { memberId, anonymousId: `${memberId}-phone` }))
    await deployment.produce(later)
    await deployment.redis.del(...(await deployment.redis.keys(`{${deployment.namespace}:s:*`)))

    scoring = await deployment.startWith('scoring', SELDOM)
    await settled(deployment, STAGES)
    const reference = referenceOf([...produced, ...later], IDENTITY_KEY)
    expect(differences(await storedRows(deployment), reference, Date.now())).toEqual([])
  }, 90_000)

  test('are what a rebuild begins with', async () => {
    const rebuild = new ServiceProcess('rebuild', 'services/cli/src/main.ts', {
      args: ['rebuild', '--json', '--compare-only'],
      env: deployment.env,
    })
    const { code } = await rebuild.ended
    expect([code, rebuild.tail()]).toEqual([0, expect.stringContaining('"same":true')])
  }, 60_000)

  test('keep nothing of whom an erasure names', async () => {
    const deps = await openErasure(deployment.platform, scope.scope, {
      identityKey: IDENTITY_KEY,
      contactKeys: [contactKey(Buffer.alloc(32, 1))],
      vocabulary: OPEN_VOCABULARY,
    })
    const subjects = [
      ...namedSubjects(ERASED, deps.hashEmail),
      ...(['browser', 'phone'] as const).map((alias): SubjectKey => `a:${WHO}-${alias}` as SubjectKey),
    ]
    const { namespace, redis, platform } = deployment
    const inSnapshots = async (completedAt: number | undefined) =>
      (
        await findRemains(
          { redis, namespace, log: platform.log, mode: 'kafka', completedAt },
          { memberId: WHO, subjects, emails: [] },
        )
      ).filter(({ where }) => where === STATE_TOPIC)
    expect(await inSnapshots(undefined)).toEqual([expect.objectContaining({ kind: 'rests', until: 'compaction' })])

    const asked = await requestErasure(deps, ERASED, { by: 'test', again: false })
    const receipt = await runErasure(deps, asked, { patienceMs: 20_000 })
    expect(receipt).toMatchObject({ state: 'done' })
    expect(receipt.rests).toContainEqual(expect.objectContaining({ where: STATE_TOPIC, until: 'compaction' }))
    await waitFor('the broker to have removed it', async () => {
      // What lies in the segment that is written to is not compacted: another record closes it.
      for (const partition of [0, 1, 2, 3])
        await platform.log.append(STATE_TOPIC, [{ partition, key: 'nobody', value: null }])
      return (await inSnapshots(receipt.completedAt)).length === 0
    })
  }, 60_000)
})
