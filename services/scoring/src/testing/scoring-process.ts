import type { Batch, Consumption, LogRecord, TopicPartition } from '@perennial/runtime'
import { ACTIVITY_TOPIC, Scoring, type ScoringDeps } from '../scoring.ts'
import { type Caller, Unreachable } from './network.ts'

/** What a process believes about a partition. `position` undefined: it is being taken over, or that failed. */
type Held = { position: number | undefined; busy: boolean; sought: boolean }

export type ProcessDeps = Readonly<{
  scoring: Omit<ScoringDeps, 'nextToken'>
  /** Lets the group have a position, some time. */
  commit: (partition: number, nextOffset: number) => Promise<void>
  records: (partition: number) => readonly LogRecord[]
  unexpected: (error: unknown) => void
}>

/**
 * One scoring process, the real one, as a consumer of the group would drive it.
 * It goes on with what it believes to own until it is told otherwise.
 */
export class ScoringProcess implements Caller {
  readonly name: string
  alive = true
  readonly #deps: ProcessDeps
  readonly #scoring: Scoring
  readonly #held = new Map<number, Held>()

  constructor(name: string, deps: (caller: Caller) => ProcessDeps) {
    this.name = name
    this.#deps = deps(this)
    let commits = 0
    const nextToken = () => `${name}.${commits++}`
    this.#scoring = new Scoring({ ...this.#deps.scoring, nextToken }, Promise.resolve(this.#consumption()))
  }

  holds(partition: number): boolean {
    return this.#held.has(partition)
  }

  /** Nothing left to read of what it holds, as far as it has got. */
  get idle(): boolean {
    return [...this.#held].every(
      ([partition, { position, busy }]) => !busy && position === this.#deps.records(partition).length,
    )
  }

  /** The group gave it the partition. */
  take(partition: number): void {
    this.lose(partition)
    this.#open(partition, { position: undefined, busy: true, sought: false })
  }

  /** It hears that the partition is no longer its own. */
  lose(partition: number): void {
    if (this.#held.delete(partition)) void this.#scoring.revoked([tpOf(partition)])
  }

  /** Hands over up to `most` records of a partition, where there are some and none are being worked on. */
  poll(partition: number, most: number): boolean {
    const held = this.#held.get(partition)
    if (held === undefined || held.busy) return false
    held.busy = true
    if (held.position === undefined) {
      this.#open(partition, held)
      return true
    }
    const all = this.#deps.records(partition)
    const records = all.slice(held.position, held.position + most)
    if (records.length === 0) {
      held.busy = false
      return false
    }
    held.sought = false
    const next = held.position + records.length
    this.#scoring
      .batch(this.#batch(partition, records, all.length))
      .then(
        () => void (held.sought || (held.position = next)),
        (error: unknown) => this.#failed(error),
      )
      .finally(() => void (held.busy = false))
    return true
  }

  sweep(behind: boolean): void {
    this.#scoring.sweep(behind).catch((error: unknown) => this.#failed(error))
  }

  verify(): void {
    this.#scoring.verify().catch((error: unknown) => this.#failed(error))
  }

  #open(partition: number, held: Held): void {
    this.#held.set(partition, held)
    this.#scoring
      .assigned(tpOf(partition))
      .then(
        (offset) => void (held.position = offset),
        (error: unknown) => this.#failed(error),
      )
      .finally(() => void (held.busy = false))
  }

  #batch(partition: number, records: readonly LogRecord[], endOffset: number): Batch {
    return {
      tp: tpOf(partition),
      records,
      endOffset,
      heartbeat: () =>
        this.alive && this.holds(partition) ? Promise.resolve() : Promise.reject(new Unreachable('no longer ours')),
      stopping: () => false,
    }
  }

  #consumption(): Consumption {
    return {
      commit: ({ partition }, nextOffset) => this.#deps.commit(partition, nextOffset),
      seek: ({ partition }, offset) => {
        const held = this.#held.get(partition)
        if (held === undefined) return
        held.position = offset
        held.sought = true
      },
      assigned: () => Array.from(this.#held.keys(), tpOf),
      pause: () => undefined,
      resume: () => undefined,
      lag: () => undefined,
      stop: () => Promise.resolve(),
      failed: new Promise(() => undefined),
    }
  }

  #failed(error: unknown): void {
    // What cannot be reached is tried again, and so is what somebody else took.
    if (!(error instanceof Unreachable)) this.#deps.unexpected(error)
  }
}

function tpOf(partition: number): TopicPartition {
  return { topic: ACTIVITY_TOPIC, partition }
}
