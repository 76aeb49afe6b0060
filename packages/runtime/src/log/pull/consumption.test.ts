import { quietLogger } from '@perennial/testkit'
import { afterEach, expect, test, vi } from 'vitest'
import { isFault } from '../../fault.ts'
import { createMetrics } from '../../metrics.ts'
import type { LogRecord } from '../../ports.ts'
import { logMetrics } from '../log-metrics.ts'
import { PullConsumption } from './consumption.ts'
import type { Membership, Turn } from './source.ts'

const TP = { topic: 't', partition: 0 }

let consumption: PullConsumption | undefined
afterEach(() => consumption?.stop())

/** A log of one partition that can be restarted, and a group that can do without us. */
class Surroundings {
  texts: string[] = []
  generation = 'first'
  stored = 0
  turn: Turn | undefined = { keep: [TP], surplus: [] }
  readonly delivered: string[] = []
  readonly events: string[] = []
  now = 0
  readonly #wakers = new Set<(key: string | undefined) => void>()
  readonly #news = new Set<() => void>()

  async start(onBatch?: () => Promise<void>): Promise<PullConsumption> {
    const edge = async () => [this.texts.length]
    const options = {
      group: 'g',
      topics: ['t'],
      onAssigned: async () => {
        this.events.push('assigned')
        return this.stored
      },
      onRevoked: async () => void this.events.push('revoked'),
      onBatch: async ({ records }: { records: readonly LogRecord[] }) => {
        await onBatch?.()
        this.delivered.push(...records.map(({ value }) => String(value)))
        this.stored = (records.at(-1)?.offset ?? -1) + 1
      },
    }
    const deps = {
      startOffsets: async () => [0],
      endOffsets: edge,
      committed: async () => [undefined],
      logger: quietLogger(),
      metrics: logMetrics(createMetrics()),
      source: {
        fetch: async (_: unknown, from: number) => ({
          records: this.texts.slice(from).map((text, i) => record(from + i, text)),
          end: this.texts.length,
          generation: this.generation,
        }),
        generation: async () => this.generation,
        onGrowth: (listener: (key: string | undefined) => void) => {
          this.#wakers.add(listener)
          return () => this.#wakers.delete(listener)
        },
      },
      newMembership: () => this.#membership(),
      leaseMs: 10_000,
      turnEveryMs: 5,
      firstBackOffMs: 1,
      now: () => this.now,
    }
    consumption = new PullConsumption(deps, options)
    await consumption.start()
    return consumption
  }

  wake(): void {
    for (const tell of this.#wakers) tell(undefined)
  }

  #membership(): Membership {
    this.events.push('joined')
    return {
      turn: async (join) => (join ? { keep: [TP], surplus: [] } : this.turn),
      release: async () => {
        this.events.push('released')
        this.turn = { keep: [], surplus: [] }
      },
      commit: async () => {},
      leave: async () => {},
      onChange: (listener) => {
        this.#news.add(listener)
        return () => this.#news.delete(listener)
      },
    }
  }
}

function record(offset: number, text: string): LogRecord {
  return { offset, key: null, value: Buffer.from(text), headers: undefined, timestamp: 0 }
}

test('a log that comes back with less is asked anew, with the position that was stored', async () => {
  const around = new Surroundings()
  around.texts = ['a', 'b', 'c']
  await around.start()
  await vi.waitFor(() => expect(around.delivered).toEqual(['a', 'b', 'c']), 10_000)

  // It has lost b and c, and so has the store; since then more has been appended than was lost.
  around.generation = 'second'
  around.texts = ['a', 'd', 'e', 'f', 'g']
  around.stored = 1
  around.wake()
  await vi.waitFor(() => expect(around.delivered).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g']), 10_000)
  expect(around.events).toEqual(['joined', 'assigned', 'revoked', 'assigned'])
})

test('a log that ends before the position is asked anew, too', async () => {
  const around = new Surroundings()
  around.texts = ['a', 'b', 'c']
  await around.start()
  await vi.waitFor(() => expect(around.delivered).toHaveLength(3), 10_000)
  around.texts = ['a']
  around.stored = 1
  around.wake()
  await vi.waitFor(() => expect(around.events).toEqual(['joined', 'assigned', 'revoked', 'assigned']), 10_000)
  around.texts = ['a', 'z']
  around.wake()
  await vi.waitFor(() => expect(around.delivered.at(-1)).toBe('z'), 10_000)
})

test('a member that was silent for too long keeps nothing, and joins as another', async () => {
  const around = new Surroundings()
  const running = await around.start()
  await vi.waitFor(() => expect(running.assigned()).toEqual([TP]), 10_000)
  await vi.waitFor(() => expect(around.events).toContain('assigned'), 10_000)
  around.turn = undefined
  await vi.waitFor(() => expect(around.events.filter((event) => event === 'joined').length).toBeGreaterThan(1), 10_000)
  around.turn = { keep: [TP], surplus: [] }
  await vi.waitFor(() => expect(around.events.at(-1)).toBe('assigned'), 10_000)
  expect(around.events.slice(0, 4)).toEqual(['joined', 'assigned', 'joined', 'revoked'])
})

test('what another member is to have is given up only when the batch is done', async () => {
  const around = new Surroundings()
  around.texts = ['a']
  const gate = Promise.withResolvers<void>()
  const running = await around.start(() => gate.promise)
  await vi.waitFor(() => expect(running.assigned()).toEqual([TP]), 10_000)
  around.turn = { keep: [], surplus: [TP] }
  await vi.waitFor(() => expect(around.events).toEqual(['joined', 'assigned']), 10_000)
  expect(running.assigned()).toEqual([TP])
  gate.resolve()
  await vi.waitFor(() => expect(around.events).toEqual(['joined', 'assigned', 'revoked', 'released']), 10_000)
  expect(around.delivered).toEqual(['a'])
})

test('work that makes no progress for five minutes ends the consumption', async () => {
  const around = new Surroundings()
  around.texts = ['a']
  const gate = Promise.withResolvers<void>()
  const running = await around.start(() => gate.promise)
  await vi.waitFor(() => expect(running.lag(TP)).toBe(1), 10_000)
  around.now += 5 * 60_000
  await new Promise(setImmediate)
  around.now += 1
  await expect(running.failed).rejects.toSatisfy((error) => isFault(error, 'log/stuck'))
  gate.resolve()
})
