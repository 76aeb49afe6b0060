import { createMemoryLog, memoryContacts, NOON, quietLogger, settableClock } from '@perennial/testkit'
import { encodeRecord, type InterventionV1, SCHEMAS, topicOf } from '@perennial/streams'
import { expect, test } from 'vitest'
import { createDecoder } from './decode.ts'
import { createRecall } from './recall.ts'

const TOPIC = topicOf('intervention')
const SENT: InterventionV1 = {
  interventionId: 'i-1',
  memberId: 'anna',
  playbook: 'win-back',
  step: 'mail',
  channel: 'webhook',
  owner: null,
  decision: 'send',
  reason: null,
  decidedAt: NOON,
  riskVersion: 3,
  band: 'high',
  termId: 't-2027-03-31',
  expiresAt: NOON + 1,
  purpose: 'marketing',
}
const REF = {
  memberId: 'anna',
  termId: 't-2027-03-31',
  playbook: 'win-back',
  step: 'mail',
  audience: 'member',
} as const
const REPLAYED = [{ replay: true }]
const LIVE = [{ replay: false }]

async function setUp(...decisions: InterventionV1[]) {
  const log = createMemoryLog(settableClock(NOON), { topics: { [TOPIC]: 2 } })
  const value = (decision: InterventionV1) => encodeRecord('intervention', decision, 1)
  await log.append(
    TOPIC,
    decisions.map((decision) => ({ partition: 1, value: value(decision) })),
  )
  const contacts = memoryContacts()
  const decode = createDecoder(
    { register: async () => 1, schemaById: async () => SCHEMAS.intervention },
    'intervention',
  )
  const recall = createRecall({ log, decode, contacts, logger: quietLogger() })
  const stateOf = async () => (await contacts.view([REF]))[0]?.contact?.state
  return { contacts, recall, stateOf }
}

test('who was to be contacted counts as contacted once history comes again', async () => {
  const { recall, stateOf, contacts } = await setUp(SENT)
  await recall(1, LIVE)
  expect(await stateOf()).toBeUndefined()
  await recall(1, REPLAYED)
  expect(await stateOf()).toBe('sent')
  const again = { ref: REF, interventionId: 'i-2', plannedAt: NOON + 5, caps: [] }
  expect(await contacts.reserve([again])).toEqual([{ kind: 'taken' }])
})

test('of other partitions, and of contacts that were held, nothing is taken', async () => {
  const { recall, stateOf } = await setUp({ ...SENT, decision: 'hold', reason: 'cap' })
  await recall(0, REPLAYED)
  await recall(1, REPLAYED)
  expect(await stateOf()).toBeUndefined()
})

test('a contact that is still under way stays so', async () => {
  const { recall, stateOf, contacts } = await setUp(SENT)
  await contacts.reserve([{ ref: REF, interventionId: 'i-1', plannedAt: NOON, caps: [] }])
  await recall(1, REPLAYED)
  expect(await stateOf()).toBe('pending')
})

test('each loss is taken up, though it is the same process', async () => {
  const { recall, stateOf, contacts } = await setUp(SENT)
  await recall(1, [...REPLAYED, ...LIVE])
  expect(await stateOf()).toBe('sent')
  const lost = memoryContacts()
  Object.assign(contacts, lost)
  expect(await stateOf()).toBeUndefined()
  await recall(1, REPLAYED)
  expect(await stateOf()).toBe('sent')
})
