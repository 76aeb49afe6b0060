import { describe, expect, test } from 'vitest'
import { FetchAhead } from './fetch-ahead.ts'
import type { Fetched, FetchedPartition, FetchRequest } from './fetch-request.ts'

const HOUR_MS = 3_600_000

function requestOf(offsets: Readonly<Record<number, number>>): FetchRequest {
  const partitions = Object.entries(offsets).map(([partition, offset]) => ({
    partition: Number(partition),
    fetchOffset: String(offset),
    maxBytes: 1,
  }))
  return { topics: [{ topic: 't', partitions }] }
}

/** Partitions with one message each, by the offset of its last record; undefined = nothing. */
function answerOf(last: Readonly<Record<number, number | undefined>>, size = 10, preferredReadReplica = -1): Fetched {
  const partitions = Object.entries(last).map(([partition, offset]): FetchedPartition => {
    const message = { key: null, value: null, timestamp: '0', attributes: 0, size, offset: String(offset) }
    return {
      partition: Number(partition),
      errorCode: 0,
      highWatermark: '0',
      lastStableOffset: '0',
      lastStartOffset: '0',
      abortedTransactions: [],
      preferredReadReplica,
      messages: offset === undefined ? [] : [message],
    }
  })
  return { responses: [{ topicName: 't', partitions }] }
}

function partitionsOf({ responses }: Fetched): number[] {
  return responses.flatMap(({ partitions }) => partitions.map(({ partition }) => partition))
}

/** A broker that answers when it is told to. */
function setUp(turnMs = HOUR_MS) {
  const asked: {
    offsets: Record<number, number>
    waitMs: number | undefined
    answer: (with_: Fetched | Error) => void
  }[] = []
  const ahead = new FetchAhead(
    ({ topics, maxWaitTime }) => {
      const { promise, resolve, reject } = Promise.withResolvers<Fetched>()
      const offsets = topics.flatMap(({ partitions }) =>
        partitions.map((one) => [one.partition, Number(one.fetchOffset)]),
      )
      asked.push({
        offsets: Object.fromEntries(offsets),
        waitMs: maxWaitTime,
        answer: (given) => (given instanceof Error ? reject(given) : resolve(given)),
      })
      return promise
    },
    { waitMs: () => 5_000, turnMs },
  )
  return { ahead, asked }
}

describe('an idle consumer', () => {
  test('turns regularly, while one request waits at the broker', async () => {
    const { ahead, asked } = setUp(2)
    for (let turn = 0; turn < 3; turn++) expect(await ahead.fetch(requestOf({ 0: 5, 1: 7 }))).toEqual({ responses: [] })
    expect(asked).toMatchObject([{ offsets: { 0: 5, 1: 7 }, waitMs: 5_000 }])
    const fetched = ahead.fetch(requestOf({ 0: 5, 1: 7 }))
    asked[0]?.answer(answerOf({ 1: 9 }))
    expect(partitionsOf(await fetched)).toEqual([1])
  })

  test('turns at once when nudged', async () => {
    const { ahead, asked } = setUp()
    const fetched = ahead.fetch(requestOf({ 0: 5 }))
    ahead.nudge()
    expect(await fetched).toEqual({ responses: [] })
    expect(asked).toHaveLength(1)
  })

  test('asks anew where something was sought or taken over, and leaves out what was paused', async () => {
    const { ahead, asked } = setUp(2)
    await ahead.fetch(requestOf({ 0: 5, 1: 7 }))
    await ahead.fetch(requestOf({ 0: 5 }))
    expect(asked).toHaveLength(1)
    await ahead.fetch(requestOf({ 0: 3 }))
    await ahead.fetch(requestOf({ 0: 3, 2: 0 }))
    expect(asked.map(({ offsets }) => offsets)).toEqual([{ 0: 5, 1: 7 }, { 0: 3 }, { 0: 3, 2: 0 }])
    const fetched = ahead.fetch(requestOf({ 2: 0 }))
    asked[2]?.answer(answerOf({ 0: 3, 2: 4 }))
    expect(partitionsOf(await fetched)).toEqual([2])
  })

  test('is told of a failure once, and asks anew', async () => {
    const { ahead, asked } = setUp()
    const fetched = ahead.fetch(requestOf({ 0: 5 }))
    asked[0]?.answer(new Error('away'))
    await expect(fetched).rejects.toThrow('away')
    const again = ahead.fetch(requestOf({ 0: 5 }))
    asked[1]?.answer(answerOf({ 0: 5 }))
    expect(partitionsOf(await again)).toEqual([0])
  })

  test('is let go when it is closed, whatever becomes of its request', async () => {
    const { ahead, asked } = setUp(2)
    const fetched = ahead.fetch(requestOf({ 0: 5 }))
    ahead.close()
    asked[0]?.answer(new Error('given up'))
    expect(await fetched).toEqual({ responses: [] })
    expect(await ahead.fetch(requestOf({ 0: 5 }))).toEqual({ responses: [] })
    expect(asked).toHaveLength(1)
  })
})

describe('in a backlog', () => {
  /** An answer as large as they come: partition 0 up to 104, partition 1 up to 209, nothing of partition 2. */
  async function large() {
    const set = setUp()
    const fetched = set.ahead.fetch(requestOf({ 0: 100, 1: 200, 2: 300 }))
    set.asked[0]?.answer(answerOf({ 0: 104, 1: 209, 2: undefined }, 1_000_000))
    expect(partitionsOf(await fetched)).toEqual([0, 1])
    return set
  }

  test('the next request goes out before the records are worked through', async () => {
    const { ahead, asked } = await large()
    expect(asked[1]?.offsets).toEqual({ 0: 105, 1: 210, 2: 300 })
    asked[1]?.answer(answerOf({ 0: 110 }))
    expect(partitionsOf(await ahead.fetch(requestOf({ 0: 105, 1: 210, 2: 300 })))).toEqual([0])
    expect(asked).toHaveLength(2)
  })

  test('its answer is not used for a partition of which not all was worked through', async () => {
    const { ahead, asked } = await large()
    asked[1]?.answer(answerOf({ 0: 110, 1: 215 }))
    const fetched = ahead.fetch(requestOf({ 0: 102, 1: 210, 2: 300 }))
    asked[2]?.answer(answerOf({ 0: 104, 1: 215 }))
    expect(partitionsOf(await fetched)).toEqual([0, 1])
    expect(asked[2]?.offsets).toEqual({ 0: 102, 1: 210, 2: 300 })
  })

  test('its failure is told to whoever comes for its answer, and to nobody when none comes', async () => {
    const { ahead, asked } = await large()
    asked[1]?.answer(new Error('away'))
    await new Promise(setImmediate)
    await expect(ahead.fetch(requestOf({ 0: 105, 1: 210, 2: 300 }))).rejects.toThrow('away')
  })
})

test('a partition without records is left out, but not where the broker names another to fetch from', async () => {
  const { ahead, asked } = setUp()
  const fetched = ahead.fetch(requestOf({ 0: 5, 1: 5 }))
  const [nothing] = answerOf({ 0: undefined }).responses
  const [elsewhere] = answerOf({ 1: undefined }, 0, 3).responses
  const partitions = [...(nothing?.partitions ?? []), ...(elsewhere?.partitions ?? [])]
  asked[0]?.answer({ responses: [{ topicName: 't', partitions }] })
  expect(partitionsOf(await fetched)).toEqual([1])
})
