import { createOutputWriter, Fault, type OutputRecord } from '@perennial/runtime'
import { createCodec, topicOf } from '@perennial/streams'
import { createMemoryLog, MemorySchemaStore, settableClock } from '@perennial/testkit'
import { expect, test } from 'vitest'
import { type Behaviour, channelFeatures, type MakeOptions, type Seen, TOLD } from '../testing/channel-features.ts'
import { sampleOutreach } from '../testing/sample-outreach.ts'
import { NOW, testDeps } from '../testing/test-deps.ts'
import { openKafka } from './index.ts'

const make = async ({ deps, timeoutMs }: MakeOptions) => {
  const seen: Seen[] = []
  let kind: Behaviour['kind'] = 'accept'
  const outage = () => Promise.reject(new Fault('kafka/unreachable', `No broker answers ${TOLD}`, { retriable: true }))
  const write = ({ record, headers }: OutputRecord<'outreach-request'>): Promise<void> => {
    if (kind === 'silent') return new Promise(() => undefined)
    if (kind !== 'accept' && kind !== 'no-answer-body-end') return outage()
    seen.push({ id: String(headers['ce_id']), payload: JSON.stringify(record) })
    return Promise.resolve()
  }
  return {
    channel: openKafka({ ...deps, requests: { write } }, timeoutMs),
    seen: () => seen,
    behave: (behaviour: Behaviour) => void (kind = behaviour.kind),
  }
}

const CANNOT: readonly Behaviour['kind'][] = ['refuse-for-good', 'busy-for', 'no-answer-body-end']

channelFeatures(
  'kafka',
  async (options) => {
    const { behave, ...rest } = await make(options)
    // A log takes a record or does not: it never says when, nor never.
    return { ...rest, unknown: CANNOT, behave: (it) => behave(CANNOT.includes(it.kind) ? { kind: 'accept' } : it) }
  },
  { limited: false },
)

test('what stands in the topic is the record, keyed by its member, with CloudEvents headers', async () => {
  const schemas = new MemorySchemaStore()
  const topic = topicOf('outreach-request')
  const log = createMemoryLog(settableClock(NOW), { topics: { [topic]: 4 } })
  const channel = openKafka(testDeps({ requests: createOutputWriter('outreach-request', { log, schemas }) }), 20_000)
  expect(await channel.send(sampleOutreach)).toEqual({ kind: 'delivered' })
  const [{ key, value, headers }] = log.all(topic) as [ReturnType<typeof log.all>[number]]
  const schema = await schemas.schemaById(1)
  const decoded = createCodec(() => schema).decode('outreach-request', value ?? Buffer.alloc(0))
  // When work is due is for colleagues, not for who takes a request.
  const { id, modelId: _, lapseRisk: __, dueAt: ___, ...rest } = sampleOutreach
  expect(decoded).toEqual({ kind: 'ok', record: { requestId: id, ...rest } })
  expect(key?.toString()).toBe('M-17')
  expect(Object.fromEntries(Object.entries(headers ?? {}).map(([name, text]) => [name, String(text)]))).toEqual({
    ce_specversion: '1.0',
    ce_id: sampleOutreach.id,
    ce_source: '/perennial/outreach',
    ce_type: 'org.perennial.outreach-request.v1',
    ce_time: '2026-11-23T12:00:07.900Z',
    ce_subject: 'M-17',
    ce_partitionkey: 'M-17',
    ce_causationid: sampleOutreach.interventionId,
    ce_expirytime: '2026-11-30T12:00:00.000Z',
    'content-type': 'application/avro',
  })
})

test('a topic that is made later is found then', async () => {
  const schemas = new MemorySchemaStore()
  const topic = topicOf('outreach-request')
  const log = createMemoryLog(settableClock(NOW))
  const channel = openKafka(testDeps({ requests: createOutputWriter('outreach-request', { log, schemas }) }), 20_000)
  expect((await channel.send(sampleOutreach)).kind).toBe('retry')
  await log.ensureTopics([{ name: topic, partitions: 2, cleanup: 'delete', retentionMs: -1 }])
  expect(await channel.send(sampleOutreach)).toEqual({ kind: 'delivered' })
})
