import { settableClock } from '@perennial/testkit'
import { expect, test } from 'vitest'
import { paced } from './pace.ts'
import { sampleOutreach } from './testing/sample-outreach.ts'

function start(perSecond: number) {
  const clock = settableClock(0)
  const waits: number[] = []
  const delivered = { kind: 'delivered' } as const
  const wait = async (ms: number) => void waits.push(ms)
  const channel = paced({ name: 'any', send: async () => delivered }, perSecond, { clock, wait })
  return { clock, waits, send: () => channel.send(sampleOutreach) }
}

test('what comes at once goes out evenly spaced', async () => {
  const { waits, send } = start(4)
  await Promise.all([send(), send(), send()])
  expect(waits).toEqual([250, 500])
})

test('who comes late enough does not wait', async () => {
  const { clock, waits, send } = start(4)
  await send()
  clock.advance(250)
  await send()
  expect(waits).toEqual([])
})

test('who would wait too long comes again, and takes no turn', async () => {
  const { send } = start(0.1)
  await send()
  await send()
  const third = { kind: 'retry', reason: 'too many are waiting for their turn', afterMs: 20_000 }
  expect(await send()).toEqual(third)
  expect(await send()).toEqual(third)
})

test('without a limit nobody waits', async () => {
  const { waits, send } = start(0)
  await Promise.all([send(), send(), send()])
  expect(waits).toEqual([])
})
