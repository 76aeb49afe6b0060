import {
  type ConsumeOptions,
  type Consumption,
  createLogger,
  type Membership,
  PullConsumption,
  type TopicPartition,
} from '@perennial/runtime'
import type { MemoryLog } from './memory-log.ts'

/** The real consumption code over the memory log, which can also be killed. */
export class MemoryConsumption implements Consumption {
  readonly failed: Promise<never>
  /** What `onBatch` threw, in order. */
  readonly failures: unknown[] = []
  readonly #inner: PullConsumption
  readonly #membership: Membership
  #crashed = false

  constructor(log: MemoryLog, options: ConsumeOptions, membership: Membership) {
    this.#membership = membership
    this.#inner = new PullConsumption(
      {
        startOffsets: (topic) => log.startOffsets(topic),
        endOffsets: (topic) => log.endOffsets(topic),
        committed: (group, topic) => log.committed(group, topic),
        logger: createLogger('memory-log', { level: 'silent', format: 'json' }),
        metrics: log.metrics,
        source: {
          fetch: async (tp, from) => {
            const records = this.#crashed ? [] : await log.read(tp, from, log.batchRecords)
            return { records, end: (await log.endOffsets(tp.topic))[tp.partition] ?? 0, generation: 'only' }
          },
          generation: async () => 'only',
          onGrowth: (listener) => log.onGrowth(listener),
        },
        newMembership: () => membership,
        leaseMs: Infinity,
        turnEveryMs: 1_000,
        firstBackOffMs: 4,
        now: () => performance.now(),
      },
      this.#watched(options),
    )
    this.failed = this.#inner.failed
  }

  start(): Promise<void> {
    return this.#inner.start()
  }

  async commit(tp: TopicPartition, nextOffset: number): Promise<void> {
    if (!this.#crashed) await this.#inner.commit(tp, nextOffset)
  }

  seek(tp: TopicPartition, offset: number): void {
    this.#inner.seek(tp, offset)
  }

  pause(tp: TopicPartition): void {
    this.#inner.pause(tp)
  }

  resume(tp: TopicPartition): void {
    this.#inner.resume(tp)
  }

  assigned(): readonly TopicPartition[] {
    return this.#inner.assigned()
  }

  lag(tp: TopicPartition): number | undefined {
    return this.#inner.lag(tp)
  }

  stop(): Promise<void> {
    return this.#crashed ? Promise.resolve() : this.#inner.stop()
  }

  /** What a kill leaves: running batches end nowhere, nothing more is committed, others take the partitions over. */
  crash(): void {
    this.#crashed = true
    void this.#membership.leave()
    void this.#inner.stop()
  }

  #watched(options: ConsumeOptions): ConsumeOptions {
    return {
      ...options,
      onBatch: async (batch) => {
        try {
          await options.onBatch(batch)
        } catch (error) {
          if (!this.#crashed) this.failures.push(error)
          throw error
        }
      },
      onRevoked: async (tps) => {
        if (!this.#crashed) await options.onRevoked?.(tps)
      },
    }
  }
}
