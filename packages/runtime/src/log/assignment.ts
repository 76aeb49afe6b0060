import type { Logger } from 'pino'
import { isFault, messageOf } from '../fault.ts'
import type { ConsumeOptions, TopicPartition } from '../ports.ts'
import type { LogMetrics } from './log-metrics.ts'
import { OwnedPartition } from './owned-partition.ts'
import { startingPosition } from './starting-position.ts'
import { tpKey } from './topic-partition.ts'
import { backOffMs, pause } from './wait.ts'

export type AssignmentDeps = Readonly<{
  startOffsets(topic: string): Promise<readonly number[]>
  endOffsets(topic: string): Promise<readonly number[]>
  committed(group: string, topic: string): Promise<readonly (number | undefined)[]>
  logger: Logger
  metrics: LogMetrics
  /** How long a partition waits after its first failure, in ms; doubled with every further one. Default 200. */
  firstBackOffMs?: number
}>

type Hooks = Readonly<{
  /** The position of a partition, or whether it may run, has changed. */
  changed(owned: OwnedPartition): void
  /** A partition cannot be taken over, now or later. */
  hopeless(error: unknown): void
  signal: AbortSignal
}>

/** The partitions this member owns, and what happens when that changes. The same for every adapter. */
export class Assignment {
  readonly owned = new Map<string, OwnedPartition>()
  readonly #deps: AssignmentDeps
  readonly #options: ConsumeOptions
  readonly #hooks: Hooks
  /** Work begun on a partition, by whoever owned it then: a new owner in this process waits for it. */
  readonly #working = new Map<string, Promise<unknown>>()
  #revocations: Promise<void> = Promise.resolve()

  constructor(deps: AssignmentDeps, options: ConsumeOptions, hooks: Hooks) {
    this.#deps = deps
    this.#options = options
    this.#hooks = hooks
  }

  /** Takes note of what is owned from now on. With `fresh`, nothing that was owned before counts as kept. */
  replace(assigned: readonly TopicPartition[], fresh: boolean): void {
    const wanted = new Set(assigned.map(tpKey))
    void this.revoke([...this.owned.values()].filter(({ key }) => fresh || !wanted.has(key)))
    for (const tp of assigned) {
      const kept = this.owned.get(tpKey(tp))
      if (kept === undefined) this.#add(tp)
      else this.#hooks.changed(kept)
    }
  }

  /** Ends ownership, in our eyes at once; resolves when `onRevoked` has been told. */
  revoke(lost: readonly OwnedPartition[]): Promise<void> {
    if (lost.length === 0) return this.#revocations
    for (const owned of lost) {
      owned.revoked = true
      this.owned.delete(owned.key)
      this.#deps.metrics.assignments.inc({ topic: owned.tp.topic, change: 'revoked' })
    }
    this.#revocations = this.#revocations.then(async () => {
      try {
        await this.#options.onRevoked?.(lost.map(({ tp }) => tp))
      } catch (error) {
        this.#deps.logger.warn({ err: error }, `Letting go of partitions failed: ${messageOf(error)}`)
      }
    })
    return this.#revocations
  }

  /**
   * Gives a partition up and takes it over anew, because the log may no longer hold what our position says. Whoever
   * stores positions may have lost some as well, so `onAssigned` is asked again.
   */
  reacquire(owned: OwnedPartition, reason: string): void {
    if (owned.revoked) return
    const fields = { ...owned.tp, position: owned.next, end: owned.end }
    this.#deps.logger.warn(fields, `${reason}: asking again where to go on in ${owned.key}`)
    void this.revoke([owned])
    this.#add(owned.tp)
  }

  /** Remembers work on a partition until it has ended. It must not reject. */
  async track(owned: OwnedPartition, work: Promise<void>): Promise<void> {
    this.#working.set(owned.key, work)
    await work
    if (this.#working.get(owned.key) === work) this.#working.delete(owned.key)
  }

  /** Resolves when no work is under way. */
  async quiet(): Promise<void> {
    while (this.#working.size > 0) await Promise.all(this.#working.values())
  }

  /** Keeps a partition waiting after a failure. */
  backOff(owned: OwnedPartition, attempt: number): void {
    owned.backingOff = true
    this.#hooks.changed(owned)
    void pause(backOffMs(attempt, this.#deps.firstBackOffMs), this.#hooks.signal).then(() => {
      owned.backingOff = false
      this.#hooks.changed(owned)
    })
  }

  #add(tp: TopicPartition): void {
    const owned = new OwnedPartition(tp)
    this.owned.set(owned.key, owned)
    this.#deps.metrics.assignments.inc({ topic: tp.topic, change: 'assigned' })
    this.#hooks.changed(owned)
    void this.#revocations.then(() => this.#settle(owned))
  }

  /** Finds out where a new partition starts, for as long as that takes. */
  async #settle(owned: OwnedPartition): Promise<void> {
    await this.#working.get(owned.key)
    for (let attempt = 0; !owned.revoked && !this.#hooks.signal.aborted; attempt++) {
      try {
        const wanted = await this.#options.onAssigned?.(owned.tp)
        const { position, end } = await startingPosition(this.#deps, this.#options.group, owned.tp, wanted)
        if (owned.revoked) return
        owned.start(position, end)
        return this.#hooks.changed(owned)
      } catch (error) {
        if (isFault(error, 'log/beyond-end')) return this.#hooks.hopeless(error)
        this.#deps.logger.warn({ err: error, ...owned.tp }, `Cannot take over ${owned.key} yet: ${messageOf(error)}`)
        await pause(backOffMs(attempt, this.#deps.firstBackOffMs), this.#hooks.signal)
      }
    }
  }
}
