import { Fault, messageOf } from '../../fault.ts'
import type { ConsumeOptions, Consumption, TopicPartition } from '../../ports.ts'
import { Assignment, type AssignmentDeps } from '../assignment.ts'
import { Bell } from '../bell.ts'
import { CommitQueue, type CommitResult, type Position } from '../commit-queue.ts'
import { deferred } from '../deferred.ts'
import type { OwnedPartition } from '../owned-partition.ts'
import { Slots } from '../slots.ts'
import { byTopicAndPartition, tpKey } from '../topic-partition.ts'
import { stuckWork } from '../vouching.ts'
import { PartitionLoop } from './partition-loop.ts'
import type { Membership, PullSource } from './source.ts'

export type PullDeps = AssignmentDeps &
  Readonly<{
    source: PullSource
    newMembership(options: ConsumeOptions): Membership
    /** After this long without a successful turn the lease has run out, and others may own what we had. */
    leaseMs: number
    turnEveryMs: number
    now(): number
  }>

/** Every so many turns the ends of the partitions are read anew, for the lag of those that are busy. */
const TURNS_PER_REFRESH = 5

/** A consumption of a log that is read by asking: one loop per partition, one that keeps the place in the group. */
export class PullConsumption implements Consumption {
  readonly failed: Promise<never>
  readonly #deps: PullDeps
  readonly #options: ConsumeOptions
  readonly #assignment: Assignment
  readonly #commits: CommitQueue
  readonly #over = new AbortController()
  readonly #groupBell = new Bell()
  readonly #loops = new Map<OwnedPartition, PartitionLoop>()
  readonly #slots: Slots
  readonly #fail: (error: unknown) => void
  /** Owned, but on its way to another member. */
  readonly #leaving = new Set<string>()
  #membership: Membership
  #stopGroupNews: () => void
  #lastTurnAt: number
  #attending: Promise<void> = Promise.resolve()
  #stopped: Promise<void> | undefined

  constructor(deps: PullDeps, options: ConsumeOptions) {
    this.#deps = deps
    this.#options = options
    this.#commits = new CommitQueue((positions) => this.#store(positions), options.commitEveryMs)
    const failure = deferred<never>()
    this.failed = failure.promise
    // Whoever looks at it later must find it, and nobody looking must not end the process by itself.
    this.failed.catch(() => undefined)
    this.#fail = failure.reject
    this.#slots = new Slots(options.concurrency ?? 4)
    this.#assignment = new Assignment(deps, options, {
      changed: (owned) => this.#changed(owned),
      hopeless: (error) => this.#end(error),
      signal: this.#over.signal,
    })
    this.#membership = deps.newMembership(options)
    this.#stopGroupNews = this.#membership.onChange(() => this.#groupBell.ring())
    this.#lastTurnAt = deps.now()
  }

  /** Joins the group. Throws when that fails. */
  async start(): Promise<void> {
    await this.#turn(true)
    const hush = this.#deps.source.onGrowth((key) => {
      for (const [owned, loop] of this.#loops) if (key === undefined || key === owned.key) loop.wake()
    })
    this.#attending = this.#attend().finally(hush)
  }

  commit(tp: TopicPartition, nextOffset: number): Promise<void> {
    const owned = this.#assignment.owned.get(tpKey(tp))
    return owned === undefined ? Promise.resolve() : this.#commits.add(owned, nextOffset)
  }

  seek(tp: TopicPartition, offset: number): void {
    const owned = this.#assignment.owned.get(tpKey(tp))
    owned?.seek(offset)
    if (owned !== undefined) this.#changed(owned)
  }

  pause(tp: TopicPartition): void {
    this.#setPaused(tp, true)
  }

  resume(tp: TopicPartition): void {
    this.#setPaused(tp, false)
  }

  assigned(): readonly TopicPartition[] {
    return [...this.#assignment.owned.values()].map(({ tp }) => tp).sort(byTopicAndPartition)
  }

  lag(tp: TopicPartition): number | undefined {
    return this.#assignment.owned.get(tpKey(tp))?.lag
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stop()
    return this.#stopped
  }

  async #stop(): Promise<void> {
    this.#over.abort()
    this.#groupBell.ring()
    for (const loop of this.#loops.values()) loop.wake()
    await Promise.all([...this.#loops.values()].map(({ done }) => done))
    await this.#assignment.quiet()
    await this.#commits.flush().catch((error: unknown) => {
      this.#deps.logger.warn({ err: error }, 'The last positions were not committed; their records will come again')
    })
    await this.#assignment.revoke([...this.#assignment.owned.values()])
    await this.#attending
    this.#stopGroupNews()
    await this.#membership.leave().catch((error: unknown) => {
      this.#deps.logger.debug({ err: error }, 'Leaving the group failed; the lease will run out')
    })
  }

  /** Keeps the place in the group until the end. */
  async #attend(): Promise<void> {
    for (let turns = 1; !this.#over.signal.aborted; turns++) {
      await this.#groupBell.wait(this.#deps.turnEveryMs)
      if (this.#over.signal.aborted) return
      const stuck = stuckWork(this.#assignment.owned.values(), this.#deps.now())
      if (stuck !== undefined) return this.#end(stuck)
      try {
        await this.#turn(false)
        if (turns % TURNS_PER_REFRESH === 0) await this.#refreshEnds()
      } catch (error) {
        this.#deps.logger.debug({ err: error, group: this.#options.group }, 'A turn in the group failed')
        if (this.#deps.now() - this.#lastTurnAt > this.#deps.leaseMs) this.#assignment.replace([], true)
      }
    }
  }

  async #turn(join: boolean): Promise<void> {
    const turn = await this.#membership.turn(join)
    if (turn === undefined) return this.#rejoin()
    this.#lastTurnAt = this.#deps.now()
    // Commits that failed, or that a lost connection overtook, go out with the next turn at the latest.
    void this.#commits.flush().catch(() => undefined)
    this.#assignment.replace([...turn.keep, ...this.#handOver(turn.surplus)], false)
  }

  /** We were silent for so long that the group gave us up: somebody else may have had everything since. */
  async #rejoin(): Promise<void> {
    this.#deps.logger.warn({ group: this.#options.group }, 'The lease in the group had run out, joining again')
    this.#deps.metrics.restarts.inc({ group: this.#options.group, cause: 'lease' })
    this.#assignment.replace([], true)
    this.#stopGroupNews()
    this.#membership = this.#deps.newMembership(this.#options)
    this.#stopGroupNews = this.#membership.onChange(() => this.#groupBell.ring())
    await this.#turn(true)
  }

  /** Begins to give partitions up; answers those that are still being worked on, and stay ours until that is done. */
  #handOver(surplus: readonly TopicPartition[]): readonly TopicPartition[] {
    for (const tp of surplus) {
      const key = tpKey(tp)
      if (this.#leaving.has(key)) continue
      this.#leaving.add(key)
      void this.#giveUp(tp).finally(() => this.#leaving.delete(key))
    }
    return surplus.filter((tp) => this.#assignment.owned.has(tpKey(tp)))
  }

  async #giveUp(tp: TopicPartition): Promise<void> {
    const owned = this.#assignment.owned.get(tpKey(tp))
    try {
      if (owned !== undefined) {
        await this.#loops.get(owned)?.rest()
        await this.#commits.flush()
        await this.#assignment.revoke([owned])
      }
      await this.#membership.release([tp])
    } catch (error) {
      this.#deps.logger.debug({ err: error, ...tp }, 'Giving a partition up failed; it is tried again at the next turn')
    }
  }

  #changed(owned: OwnedPartition): void {
    const known = this.#loops.get(owned)
    if (known !== undefined) return known.wake()
    if (owned.revoked) return
    const loop = new PartitionLoop(owned, {
      deps: this.#deps,
      options: this.#options,
      assignment: this.#assignment,
      slots: this.#slots,
      over: this.#over.signal,
      leaving: () => this.#leaving.has(owned.key),
    })
    this.#loops.set(owned, loop)
    void loop.done.finally(() => this.#loops.delete(owned))
  }

  #setPaused(tp: TopicPartition, paused: boolean): void {
    const owned = this.#assignment.owned.get(tpKey(tp))
    if (owned === undefined) return
    owned.paused = paused
    this.#changed(owned)
  }

  async #store(positions: readonly Position[]): Promise<CommitResult> {
    try {
      await this.#membership.commit(positions.map(({ owned, offset }) => ({ tp: owned.tp, offset })))
      return 'stored'
    } catch (error) {
      const message = `Could not commit the positions of ${this.#options.group}: ${messageOf(error)}`
      throw new Fault('log/commit', message, { cause: error, retriable: true })
    }
  }

  async #refreshEnds(): Promise<void> {
    const owned = [...this.#assignment.owned.values()]
    for (const topic of new Set(owned.map(({ tp }) => tp.topic))) {
      const ends = await this.#deps.endOffsets(topic)
      for (const one of owned) if (one.tp.topic === topic) one.end = Math.max(one.end ?? 0, ends[one.tp.partition] ?? 0)
    }
  }

  #end(error: unknown): void {
    if (this.#over.signal.aborted) return
    this.#deps.logger.error({ err: error, group: this.#options.group }, `Consumer ended for good: ${messageOf(error)}`)
    this.#fail(error)
    void this.stop()
  }
}
