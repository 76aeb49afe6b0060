import type { SourceInput } from '@perennial/runtime'
import { kafkaServer } from '@perennial/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Deployment, IDENTITY_KEY } from './harness/deployment.ts'
import { withRepeats } from './harness/people.ts'
import { sampleSlice, seeded } from './harness/sample.ts'
import type { Service } from './harness/service-process.ts'
import { settled } from './harness/settled.ts'
import { startFlow, type Flow } from './harness/flow.ts'
import { waitFor } from './harness/wait-for.ts'
import { differences, storedRows } from './reference/compare.ts'
import { referenceOf } from './reference/reference.ts'

const PARTITIONS = 4

describe.runIf(kafkaServer() !== undefined)('processes come and go while facts flow', () => {
  let deployment: Deployment
  let flow: Flow
  let first: Service

  beforeAll(async () => {
    deployment = await Deployment.create()
    const [, scoring] = await deployment.start('ingest', 'scoring')
    if (scoring === undefined) throw new Error('Scoring did not start.')
    first = scoring
    flow = startFlow(
      deployment,
      withRepeats(sampleSlice({ members: 300, days: 120 }), seeded(5), { share: 0.1, within: 100 }),
    )
    await owns(first, PARTITIONS)
  }, 60_000)

  afterAll(async () => {
    await deployment.end()
  }, 60_000)

  const owns = (service: Service, count: number) =>
    waitFor(
      `${service.name} to own ${count} partitions`,
      async () => (await service.metrics()).sum('perennial_scoring_partitions') === count,
      { explain: () => service.tail() },
    )
  const applied = async (service: Service) =>
    (await service.metrics()).sum('perennial_scoring_facts_total', { outcome: 'applied' })
  const taken = async (service: Service) => (await service.metrics()).sum('perennial_ingest_records_total')
  const rises = async (what: string, service: Service, count: (service: Service) => Promise<number>) => {
    const before = await count(service)
    return waitFor(
      `${service.name} to ${what}`,
      async () => {
        flow.check()
        return (await count(service)) > before
      },
      { explain: () => service.tail() },
    )
  }
  const works = (service: Service) => rises('fold', service, applied)
  const takes = (service: Service) => rises('take records in', service, taken)

  test('a second process takes half of the partitions over, and gives them back in order', async () => {
    const second = await deployment.startWith('scoring', {})
    await Promise.all([owns(second, PARTITIONS / 2), owns(first, PARTITIONS / 2)])
    await Promise.all([works(first), works(second)])
    expect(await second.stop()).toEqual({ code: 0, signal: null })
    await owns(first, PARTITIONS)
    await works(first)
  }, 60_000)

  test('one that is killed, and ones that stand still for too long and wake up again, do no harm', async () => {
    const [killed, zombie, reader] = await deployment.start('scoring', 'scoring', 'ingest')
    if (killed === undefined || zombie === undefined || reader === undefined) throw new Error('They did not start.')
    await Promise.all([works(killed), works(zombie), takes(reader)])
    await killed.crash()
    zombie.kill('SIGSTOP')
    reader.kill('SIGSTOP')
    expect(await owns(first, PARTITIONS)).toBe(true)
    expect(await works(first)).toBe(true)
    zombie.kill('SIGCONT')
    reader.kill('SIGCONT')
    expect(await works(zombie)).toBe(true)
    expect(await takes(reader)).toBe(true)
  }, 60_000)

  test('nothing is lost and nothing counts twice', async () => {
    const produced: readonly SourceInput[] = await flow.stop()
    await settled(deployment, ['ingest', 'scoring'])
    expect(produced.length).toBeGreaterThan(500)
    expect(differences(await storedRows(deployment), referenceOf(produced, IDENTITY_KEY), Date.now())).toEqual([])
  }, 60_000)
})
