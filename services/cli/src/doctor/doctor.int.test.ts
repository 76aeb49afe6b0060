import { freePort } from '@perennial/runtime'
import { kafkaServer } from '@perennial/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Ended, TestCli } from '../testing/run-cli.ts'
import type { Check } from './check.ts'

const WAIT = 60_000
const kafka = kafkaServer()

describe.runIf(kafka !== undefined)('the doctor, on a real broker and registry', { timeout: WAIT }, () => {
  let cli: TestCli
  let servers: Record<string, string>

  beforeAll(async () => {
    cli = await TestCli.create()
    servers = {
      KAFKA_BROKERS: kafka?.brokers.join(',') ?? '',
      SCHEMA_REGISTRY_URL: kafka?.registryUrl ?? '',
      KAFKA_TOPIC_PREFIX: `${cli.namespace}.`,
    }
  })

  afterAll(() => cli.clear(), WAIT)

  const doctor = (env: Readonly<Record<string, string>> = {}) => cli.run(['doctor', '--json'], { ...servers, ...env })
  const failed = ({ out }: Ended) => checksOf(out).filter(({ status }) => status === 'fail')

  test('does not mind that nothing was started yet, and says what a start does', async () => {
    const found = await doctor()
    expect([found.code, failed(found)]).toEqual([0, []])
    const topics = checksOf(found.out).find(({ name }) => name === 'Topics')
    expect(topics).toMatchObject({ status: 'warn', remedy: expect.stringContaining('perennial up') })
  })

  test('finds everything in order after a start', async () => {
    expect((await cli.run(['up', '--once', '--example', 'none'], servers)).code).toBe(0)
    const found = await doctor()
    expect([found.code, failed(found)]).toEqual([0, []])
    const fine = checksOf(found.out).filter(({ status }) => status === 'ok')
    const names = ['Kafka', 'Registry', 'Topics', 'Schemas', 'Clock', 'Redis settings']
    expect(fine.map(({ name }) => name)).toEqual(expect.arrayContaining(names))
  })

  test('reports topics with other settings than declared, and what to do', async () => {
    const found = await doctor({ SOURCE_PARTITIONS: '3' })
    expect(found.code).toBe(1)
    expect(failed(found).map(({ name }) => name)).toEqual(failed(found).map(() => 'Topics'))
    expect(failed(found).map(({ detail }) => detail)).toContainEqual(
      expect.stringMatching(/purchase\.v1 has 4 partitions, 3 are configured.*set SOURCE_PARTITIONS/),
    )
  })

  test('says what to do where broker and registry are out of reach, and checks the rest', async () => {
    const nobody = `127.0.0.1:${await freePort()}`
    const found = await doctor({ KAFKA_BROKERS: nobody, SCHEMA_REGISTRY_URL: `http://${nobody}` })
    expect(found.code).toBe(1)
    expect(failed(found)).toEqual([
      { name: 'Kafka', status: 'fail', detail: expect.stringContaining('Check KAFKA_BROKERS') },
      { name: 'Registry', status: 'fail', detail: expect.stringContaining('Check SCHEMA_REGISTRY_URL') },
    ])
    expect(checksOf(found.out).map(({ name }) => name)).toEqual(expect.arrayContaining(['Redis', 'Clock', 'Model']))
  })

  test('names a wrong setting of any kind, and a switch that switches nothing off', async () => {
    const wrong = await doctor({ LOG_LEVEL: 'loud', METRICS_PORT: 'none' })
    expect(failed(wrong).map(({ detail }) => detail)).toEqual([
      expect.stringContaining("LOG_LEVEL is 'loud'"),
      expect.stringContaining("METRICS_PORT is 'none'"),
    ])
    const off = await doctor({ KILL_SWITCH: 'at-risk-alrt' })
    expect(failed(off).map(({ detail }) => detail)).toEqual([
      expect.stringContaining("KILL_SWITCH names 'at-risk-alrt', which is no playbook (did you mean 'at-risk-alert'?)"),
    ])
  })
})

function checksOf(out: string): readonly Check[] {
  return (JSON.parse(out) as { checks: Check[] }).checks
}
