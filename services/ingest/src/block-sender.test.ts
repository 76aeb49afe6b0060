import { type ActivityFact, factsInBlock, memberKey } from '@perennial/member'
import type { TopicRecords } from '@perennial/runtime'
import { expect, test, vi } from 'vitest'
import { BlockSender } from './block-sender.ts'

function fact(offset: number): ActivityFact {
  return {
    kind: 'activity',
    subject: memberKey('M'),
    source: { stream: 1, partition: 0, offset, index: 0 },
    idHi: 0,
    idLo: offset,
    at: 1,
    signal: 0,
    amount: 1,
    trust: 1,
  }
}

/** A sender whose sends end when the test says so. */
function held(lingerMs = 0) {
  const sends: (PromiseWithResolvers<void> & { batches: readonly TopicRecords[] })[] = []
  const appendMany = (batches: readonly TopicRecords[]) => {
    const send = { ...Promise.withResolvers<void>(), batches }
    sends.push(send)
    return send.promise
  }
  const sender = new BlockSender({ log: { appendMany }, topic: 'out', partitions: 1, lingerMs, now: () => 0 })
  const sent = async (count: number) => {
    await vi.waitFor(() => expect(sends).toHaveLength(count), 10_000)
    const last = sends[count - 1]
    if (last === undefined) throw new Error('not sent')
    return last
  }
  return { sender, sends, sent }
}

const factsIn = (batches: readonly TopicRecords[]) =>
  batches
    .flatMap(({ records }) => records)
    .reduce((sum, { value }) => sum + (value === null ? 0 : factsInBlock(value)), 0)

test('what is given while a send is under way goes out together afterwards', async () => {
  const { sender, sends, sent } = held()
  const lane = sender.open()
  lane.fact(fact(0))
  const first = await sent(1)
  for (let offset = 1; offset <= 5; offset++) lane.fact(fact(offset))
  const done = lane.flushed()
  expect(sends).toHaveLength(1)
  first.resolve()
  const second = await sent(2)
  expect(factsIn(second.batches)).toBe(5)
  second.resolve()
  await done
})

test('a block is cut at 2,000 facts, and many blocks go out in one send', async () => {
  const { sender, sent } = held(1)
  const lane = sender.open()
  for (let offset = 0; offset < 5_000; offset++) lane.fact(fact(offset))
  const { batches } = await sent(1)
  expect(batches[0]?.records.map(({ value }) => (value === null ? 0 : factsInBlock(value)))).toEqual([
    2_000, 2_000, 1_000,
  ])
})

test('after a failure nothing is sent that was given before it', async () => {
  const { sender, sends, sent } = held()
  const early = sender.open()
  early.fact(fact(0))
  const first = await sent(1)
  early.fact(fact(1))
  const late = sender.open()
  late.fact(fact(2))
  const ends = [early.flushed(), late.flushed()].map((end) => end.catch((error: unknown) => error))
  first.reject(new Error('no'))
  for (const end of ends) expect(await end).toMatchObject({ code: 'ingest/send-failed', retriable: true })
  expect(() => early.fact(fact(3))).toThrow('a send before it failed')
  await expect(late.room()).rejects.toThrow('a send before it failed')
  const next = sender.open()
  next.fact(fact(0))
  expect(factsIn((await sent(2)).batches)).toBe(1)
  expect(sends).toHaveLength(2)
})

test('who waits for what was in the failed send learns why', async () => {
  const { sender, sent } = held()
  const lane = sender.open()
  lane.fact(fact(0))
  const first = await sent(1)
  const end = lane.flushed()
  first.reject(new Error('The disk is full.'))
  await expect(end).rejects.toThrow('The disk is full.')
})

test('there is no room while a full round waits for the one under way', async () => {
  const { sender, sent } = held()
  const lane = sender.open()
  lane.fact(fact(0))
  const first = await sent(1)
  for (let offset = 1; offset <= 60_000; offset++) lane.fact(fact(offset))
  let roomy = false
  const room = lane.room().then(() => (roomy = true))
  await Promise.resolve()
  expect(roomy).toBe(false)
  first.resolve()
  await room
})

test('dead letters go out in the send of the facts around them', async () => {
  const { sender, sent } = held()
  const lane = sender.open()
  lane.fact(fact(0))
  lane.deadLetter('in.dead', { partition: 0, value: Buffer.from('x') })
  const { batches } = await sent(1)
  expect(batches.map(({ topic }) => topic)).toEqual(['in.dead', 'out'])
})

test('closing waits for the send under way, and tells who waited for more', async () => {
  const { sender, sent } = held()
  const lane = sender.open()
  lane.fact(fact(0))
  const first = await sent(1)
  const other = sender.open()
  other.fact(fact(1))
  const end = other.flushed().catch((error: unknown) => error)
  const closed = sender.close()
  first.resolve()
  const second = await sent(2)
  second.resolve()
  await closed
  expect(await end).toBeUndefined()
})
