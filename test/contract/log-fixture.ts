import { randomUUID } from 'node:crypto'
import type { Batch, ConsumeOptions, Consumption, Log, LogRecord, TopicPartition } from '@perennial/runtime'
import { vi } from 'vitest'

/** One kind of log under test. */
export type LogUnderTest = Readonly<{
  /** A new client of the same log, as another process would have. Closed by the suite. */
  open(): Promise<Log>
  /** Removes a partition's records below `offset`, as retention would. */
  truncate(tp: TopicPartition, offset: number): Promise<void>
  /** How many records the clients have counted as lost. */
  lost(): Promise<number>
  /** How long a member may be silent before it loses its partitions, in ms; Infinity = never. */
  leaseMs: number
  close(): Promise<void>
}>

/** Long enough for a group to come together on a busy machine. */
const PATIENCE = { timeout: 25_000, interval: 20 }

export async function until(check: () => void | Promise<void>): Promise<void> {
  await vi.waitFor(check, PATIENCE)
}

/** A topic and a group of its own, and clients that are closed at the end. */
export class Scene {
  readonly topic = `t-${randomUUID().slice(0, 8)}`
  readonly group = `g-${randomUUID().slice(0, 8)}`
  readonly log: Log
  readonly #under: LogUnderTest
  readonly #logs: Log[]

  private constructor(under: LogUnderTest, log: Log) {
    this.#under = under
    this.log = log
    this.#logs = [log]
  }

  static async begin(under: LogUnderTest, partitions = 1): Promise<Scene> {
    const scene = new Scene(under, await under.open())
    await scene.log.ensureTopics([{ name: scene.topic, partitions, cleanup: 'delete', retentionMs: -1 }])
    return scene
  }

  async another(): Promise<Log> {
    const log = await this.#under.open()
    this.#logs.push(log)
    return log
  }

  tp(partition = 0): TopicPartition {
    return { topic: this.topic, partition }
  }

  /** Appends texts to one partition. */
  async write(texts: readonly string[], partition = 0): Promise<void> {
    await this.log.append(
      this.topic,
      texts.map((text) => ({ value: Buffer.from(text), partition })),
    )
  }

  async texts(partition = 0): Promise<string[]> {
    return (await this.log.read(this.tp(partition), 0, 100_000)).map(textOf)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#logs.map((log) => log.close()))
  }
}

export function textOf(record: LogRecord): string {
  return String(record.value)
}

export function numbered(from: number, to: number, prefix = ''): string[] {
  return Array.from({ length: to - from }, (_, i) => `${prefix}${from + i}`)
}

/** A consumer that writes down what it is given. */
export class Recorder {
  readonly texts: string[] = []
  readonly batches: Batch[] = []
  readonly assigned: number[] = []
  readonly revoked: number[] = []
  #consumption: Consumption | undefined

  static async start(log: Log, scene: Scene, options: Partial<ConsumeOptions> = {}): Promise<Recorder> {
    const recorder = new Recorder()
    recorder.#consumption = await log.consume({
      group: scene.group,
      topics: [scene.topic],
      maxWaitMs: 50,
      ...options,
      onAssigned: async (tp) => {
        recorder.assigned.push(tp.partition)
        return options.onAssigned?.(tp)
      },
      onRevoked: async (tps) => {
        recorder.revoked.push(...tps.map(({ partition }) => partition))
        await options.onRevoked?.(tps)
      },
      onBatch: async (batch) => {
        await options.onBatch?.(batch)
        recorder.batches.push(batch)
        recorder.texts.push(...batch.records.map(textOf))
      },
    })
    return recorder
  }

  get consumption(): Consumption {
    if (this.#consumption === undefined) throw new Error('not started')
    return this.#consumption
  }

  owns(): number[] {
    return this.consumption.assigned().map(({ partition }) => partition)
  }
}
