import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readDispatcherConfig, startDispatcher } from '@perennial/dispatcher'
import { encodeRow, memberKey, partitionFor } from '@perennial/member'
import { readOutreachConfig, startOutreach } from '@perennial/outreach'
import {
  createKillSwitch,
  createLedger,
  createRiskProjection,
  createScope,
  type LogRecord,
  type OwnedScope,
  partitionKeys,
  queuePrefix,
  topicSpecs,
} from '@perennial/runtime'
import {
  createCodec,
  encodeRecord,
  type MemberRiskV1,
  registrySubject,
  SCHEMAS,
  TOPICS,
  topicOf,
} from '@perennial/streams'
import { type RowSample, sampleRisk, sampleRow, testPlatform, type TestPlatform } from '@perennial/testkit'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { waitFor } from '../e2e/harness/wait-for.ts'
import { startWebhookReceiver, type WebhookReceiver } from '../e2e/harness/webhook-receiver.ts'

// No quiet hours: the test runs at any hour of the day.
const PLAYS = {
  'policy.yaml': 'cap: { contacts: 5, within: 7d }\ntimeZone: UTC\n',
  'trigger.yaml':
    'name: trigger\ntitle: T\npurpose: marketing\nwhen: { bandEntered: [high] }\nfor: { status: [active] }\nsteps: [{ name: hook, channel: webhook, fallback: log }]\nexpiry: 7d\n',
}

let it: TestPlatform
let receiver: WebhookReceiver
let folder: string
const running: OwnedScope[] = []

beforeEach(async () => {
  it = await testPlatform()
  receiver = await startWebhookReceiver()
  folder = mkdtempSync(join(tmpdir(), 'plays-'))
  for (const [file, text] of Object.entries(PLAYS)) writeFileSync(join(folder, file), text)
  await it.platform.log.ensureTopics(topicSpecs(TOPICS, it.platform.partitions))
})

afterEach(async () => {
  for (const scope of running.splice(0)) await scope.release()
  await receiver.close()
  rmSync(folder, { recursive: true })
  await it.release()
})

const env = () => ({ PERENNIAL_PLAYBOOKS: folder, ...receiver.env })

async function start(service: 'dispatcher' | 'outreach'): Promise<OwnedScope> {
  const owned = createScope()
  running.push(owned)
  if (service === 'dispatcher') await startDispatcher(it.platform, readDispatcherConfig(env()), owned.scope)
  else await startOutreach(it.platform, readOutreachConfig(env()), owned.scope)
  return owned
}

/** As scoring would have left it: the row committed, the risk published. */
async function comesIntoHigh(memberId: string, row: RowSample = {}, risk: Partial<MemberRiskV1> = {}): Promise<void> {
  const { log, schemas, namespace, partitions } = it.platform
  const partition = partitionFor(memberKey(memberId), partitions.activity)
  const redis = it.platform.redis('command')
  const bytes = encodeRow(sampleRow(row), 0)
  await redis.hset(partitionKeys(namespace, partition).rows, memberKey(memberId), Buffer.from(bytes))
  const topic = topicOf('member-risk')
  const id = await schemas.register(registrySubject(topic), SCHEMAS['member-risk'])
  const value = encodeRecord('member-risk', sampleRisk({ memberId, asOf: Date.now(), ...risk }), id)
  await log.append(topic, [{ partition, key: memberId, value }])
}

async function recordsOf(topic: string): Promise<LogRecord[]> {
  const { log } = it.platform
  const ends = await log.endOffsets(topic)
  const parts = await Promise.all(ends.map((end, partition) => log.read({ topic, partition }, 0, end)))
  return parts.flat()
}

async function decoded<N extends 'intervention' | 'outreach-outcome'>(name: N) {
  const codec = createCodec((_id) => SCHEMAS[name])
  return (await recordsOf(topicOf(name))).map(({ value, headers, key }) => {
    const record = codec.decode(name, value!)
    if (record.kind !== 'ok') throw new Error(record.kind)
    return { record: record.record, headers, key: key?.toString() }
  })
}

const ledger = () => createLedger(it.platform.redis('command'), it.platform)
const closed = (memberId: string) =>
  waitFor('the end of the outreach', async () =>
    (await ledger().ofMember(memberId)).find(({ outcome }) => outcome !== undefined),
  )

test('a risk becomes a decision, an event, a job, a signed webhook, an outcome and a closed entry', async () => {
  await start('dispatcher')
  await start('outreach')
  await comesIntoHigh('M1')
  const entry = await closed('M1')

  expect(entry).toMatchObject({
    playbook: 'trigger',
    decision: 'send',
    outcome: { outcome: 'delivered', channel: 'webhook' },
  })
  expect(receiver.deliveries).toHaveLength(1)
  expect(receiver.deliveries[0]).toMatchObject({
    genuine: true,
    body: { type: 'outreach.requested', data: { memberId: 'M1' } },
  })

  const [intervention] = await decoded('intervention')
  expect(intervention).toMatchObject({
    key: 'M1',
    record: { interventionId: entry.id, decision: 'send', reason: null, purpose: 'marketing' },
  })
  const header = (name: string) => String(intervention?.headers?.[name])
  expect(header('ce_id')).toBe(entry.id)
  expect(header('ce_specversion')).toBe('1.0')
  expect(header('ce_type')).toBe('org.perennial.intervention.v1')
  expect(header('ce_subject')).toBe('M1')
  expect(header('ce_causationid')).toBe('M1.1')
  expect(header('content-type')).toBe('application/avro')

  const [outcome] = await decoded('outreach-outcome')
  expect(outcome?.record).toMatchObject({
    eventId: `${receiver.deliveries[0]?.id}.delivered`,
    member: { memberId: 'M1' },
    interventionId: entry.id,
    outcome: 'delivered',
  })
  const { platform } = it
  const list = createRiskProjection(platform.redis('command'), platform.namespace, platform.partitions.activity)
  expect((await list.top('high', { limit: 5 })).map(({ memberId }) => memberId)).toEqual(['M1'])
  expect(await platform.metrics.metrics()).toMatch(
    /perennial_outreach_sends_total\{channel="webhook",outcome="delivered"\} 1/,
  )
  expect(await platform.metrics.metrics()).toMatch(/perennial_outreach_jobs\{state="completed"\} 1/)
})

test('what is held is on record and as an event, and makes no job', async () => {
  await start('dispatcher')
  await comesIntoHigh('M1', { consent: { marketing: false } })
  const held = await waitFor('the decision', async () => (await ledger().ofMember('M1'))[0])
  expect(held).toMatchObject({ decision: 'hold', reason: 'no-consent' })
  const [intervention] = await waitFor('the event', async () => {
    const found = await decoded('intervention')
    return found.length > 0 && found
  })
  expect(intervention?.record).toMatchObject({ decision: 'hold', reason: 'no-consent' })
  expect(await it.platform.redis('command').keys(`${queuePrefix(it.platform.namespace)}:outreach:o-*`)).toEqual([])
})

test('a record delivered again, to another dispatcher, changes nothing', async () => {
  const first = await start('dispatcher')
  await start('outreach')
  await comesIntoHigh('M1')
  await closed('M1')
  await first.release()
  // The same bytes again, as after a rewind.
  const [again] = await recordsOf(topicOf('member-risk'))
  const partition = partitionFor(memberKey('M1'), it.platform.partitions.activity)
  await it.platform.log.append(topicOf('member-risk'), [{ partition, key: 'M1', value: again!.value }])
  await comesIntoHigh('M2')
  await start('dispatcher')
  await closed('M2')
  expect(await ledger().ofMember('M1')).toHaveLength(1)
  expect(receiver.deliveries).toHaveLength(2)
  expect(await it.platform.metrics.metrics()).toMatch(/perennial_dispatcher_deduplicated_total 1/)
})

test('an operator stops what waits in the queue, without a restart', async () => {
  await start('dispatcher')
  await comesIntoHigh('M1')
  await waitFor('the job', async () => (await decoded('intervention')).length > 0)
  await createKillSwitch(it.platform.redis('command'), it.platform.namespace).stop('trigger')
  await start('outreach')
  expect((await closed('M1')).outcome).toMatchObject({ outcome: 'superseded', detail: 'kill-switch' })
  expect(receiver.deliveries).toEqual([])
})

test('a play with a typo stops the start, with the place of the typo', async () => {
  writeFileSync(join(folder, 'trigger.yaml'), PLAYS['trigger.yaml'].replace('purpose', 'pourpose'))
  await expect(start('dispatcher')).rejects.toThrow(
    /trigger\.yaml:3:1: unknown key 'pourpose' \(did you mean 'purpose'\?\)/,
  )
})

test('a channel nobody knows stops the start of outreach', async () => {
  writeFileSync(join(folder, 'trigger.yaml'), PLAYS['trigger.yaml'].replace('channel: webhook', 'channel: pigeon'))
  await expect(start('outreach')).rejects.toThrow("trigger: there is no channel 'pigeon'")
})
