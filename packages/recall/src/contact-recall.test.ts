import type { Positions } from '@perennial/runtime'
import { beforeEach, expect, test } from 'vitest'
import { createContactRecall } from './contact-recall.ts'

const TOPIC = 'intervention.v1'

function setUp() {
  const state = { connection: 1, claim: undefined as Positions | undefined, end: 10, duringRestore: () => {} }
  const restored: [from: number | undefined, to: number | undefined][] = []
  const recall = createContactRecall({
    connection: () => state.connection,
    claims: {
      read: async () => state.claim,
      write: async (positions) => void (state.claim = positions),
      clear: async () => void (state.claim = undefined),
    },
    ends: async () => ({ [TOPIC]: [state.end] }),
    restore: async (from, to) => {
      restored.push([from?.[TOPIC]?.[0], to[TOPIC]?.[0]])
      state.duringRestore()
    },
  })
  return { state, restored, recall }
}

let it = setUp()
beforeEach(() => {
  it = setUp()
})

test('nothing claimed: all of the log is read, and claimed', async () => {
  await it.recall.ensure()
  expect(it.restored).toEqual([[undefined, 10]])
  expect(it.state.claim).toEqual({ [TOPIC]: [10] })
})

test('as long as the connection stands nothing is read again', async () => {
  await it.recall.ensure()
  it.state.end = 20
  await it.recall.ensure()
  expect(it.restored).toHaveLength(1)
  expect(await it.recall.holds()).toBe(true)
})

test('after another connection the log is read from the claim on', async () => {
  await it.recall.ensure()
  it.state.connection = 2
  it.state.end = 20
  expect(await it.recall.holds()).toBe(false)
  await it.recall.ensure()
  expect(it.restored.slice(1)).toEqual([[10, 20]])
})

test('everything lost while the connection stands: the claim is gone as well, and all is read', async () => {
  await it.recall.ensure()
  it.state.claim = undefined
  expect(await it.recall.holds()).toBe(false)
  await it.recall.ensure()
  expect(it.restored.slice(1)).toEqual([[undefined, 10]])
})

test('a connection that breaks while the log is read makes it be read again', async () => {
  it.state.duringRestore = () => {
    it.state.connection = 2
    it.state.duringRestore = () => {}
  }
  await it.recall.ensure()
  expect(it.restored).toHaveLength(2)
  expect(await it.recall.holds()).toBe(true)
})

test('callers at the same time share one reading', async () => {
  await Promise.all([it.recall.ensure(), it.recall.ensure()])
  expect(it.restored).toHaveLength(1)
})

test('a claim is about what was there at the call before, and never about another connection', async () => {
  await it.recall.ensure()
  it.state.end = 20
  await it.recall.claim()
  expect(it.state.claim).toEqual({ [TOPIC]: [10] })
  it.state.end = 30
  await it.recall.claim()
  expect(it.state.claim).toEqual({ [TOPIC]: [20] })
  it.state.connection = 2
  await it.recall.claim()
  await it.recall.claim()
  expect(it.state.claim).toEqual({ [TOPIC]: [20] })
})
