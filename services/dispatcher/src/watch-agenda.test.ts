import { createScope } from '@perennial/runtime'
import { quietLogger } from '@perennial/testkit'
import { expect, test, vi } from 'vitest'
import { watchAgenda } from './watch-agenda.ts'

function setUp() {
  const state = { due: 3, connection: 1, plays: 'v1', waiting: true, foldedTo: 4 as number | undefined }
  const looks: number[] = []
  const fills: boolean[] = []
  const deps = {
    log: {
      endOffsets: async (topic: string) => [topic === 'purchase.v1' && state.waiting ? 5 : 4],
      startOffsets: async () => [0],
      committed: async () => [4],
    },
    namespace: 'n',
    logger: quietLogger(),
    owned: () => [0],
    connection: () => state.connection,
    plays: () => state.plays,
    fill: async (_: number, again: boolean) => void fills.push(again),
    foldedTo: async () => state.foldedTo,
    isDue: async () => state.due > 0,
    look: async () => {
      state.due--
      looks.push(state.due)
      return 1
    },
  }
  return { state, looks, fills, deps }
}

test('nobody is looked at while facts wait upstream; then all who are due are', async () => {
  const { state, looks, fills, deps } = setUp()
  const { scope, release } = createScope()
  watchAgenda(deps, scope)
  await vi.waitUntil(() => fills.length === 1)
  expect(looks).toEqual([])
  state.waiting = false
  await vi.waitUntil(() => looks.length === 3, { timeout: 5_000 })
  // Another connection: what was on the agenda may have been lost.
  state.connection = 2
  await vi.waitUntil(() => fills.length === 2, { timeout: 5_000 })
  // Other plays have not seen anybody.
  state.plays = 'v2'
  await vi.waitUntil(() => fills.length === 3, { timeout: 5_000 })
  expect(fills).toEqual([false, true, true])
  await release()
})

test.each([
  ['that come again after a loss', 3],
  ['that are all gone', undefined],
])('nobody is judged by rows %s, though the group has come to the end', async (_, foldedTo) => {
  const { state, looks, deps } = setUp()
  Object.assign(state, { waiting: false, foldedTo })
  let asked = 0
  const { scope, release } = createScope()
  const isDue = () => (asked++, deps.isDue())
  watchAgenda({ ...deps, isDue }, scope)
  await vi.waitUntil(() => asked >= 3, { timeout: 5_000 })
  expect(looks).toEqual([])
  state.foldedTo = 4
  await vi.waitUntil(() => looks.length === 3, { timeout: 5_000 })
  await release()
})
