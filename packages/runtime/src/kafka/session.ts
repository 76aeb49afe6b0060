import kafkajs, { type Consumer, type ConsumerGroupJoinEvent, type EachBatchPayload } from 'kafkajs'
import { Fault, messageOf } from '../fault.ts'
import { Assignment } from '../log/assignment.ts'
import type { CommitResult, Position } from '../log/commit-queue.ts'
import { deferred } from '../log/deferred.ts'
import { handOver } from '../log/hand-over.ts'
import type { OwnedPartition } from '../log/owned-partition.ts'
import { tpKey } from '../log/topic-partition.ts'
import { stuckWork } from '../log/vouching.ts'
import { atMost } from '../log/wait.ts'
import type { ConsumeOptions, TopicPartition } from '../ports.ts'
import { RETRY } from './client.ts'
import { isRebalance } from './errors.ts'
import { LentFetches } from './fetch-ahead.ts'
import { recordsOf } from './record.ts'
import type { SessionDeps } from './session-deps.ts'

/** A killed consumer keeps its partitions this long. */
const SESSION_TIMEOUT_MS = 10_000
/** How long the group waits for a member that is busy with a batch. */
const REBALANCE_TIMEOUT_MS = 60_000
/** A rebalance is learnt from a heartbeat, so this is also how late one is noticed. */
const HEARTBEAT_MS = 1_000
/** How long a fetch that finds nothing waits at the broker, when nothing is to change: each costs the broker and us. */
const IDLE_WAIT_MS = 5_000
/** … and while partitions are taken over, paused or back off. A fetch holds up those behind it. */
const SHORT_WAIT_MS = 250
/** Looks so often whether there is a partition to fetch from, when there was none. */
const NO_PARTITION_MS = 50
/** Of one partition, and of all in one answer. More keep more records alive at a time than a fresh heap holds. */
const PARTITION_BYTES = 256 * 1024
const ANSWER_BYTES = 4 * 1024 * 1024
/** Leaving the group in order is a courtesy; a broker that is away is not waited for. */
const LEAVE_MS = 5_000

/** One life of a kafkajs consumer: from joining the group to its crash, or to `close`. */
export class Session {
  readonly assignment: Assignment
  /** Aborted when the session is over, for whatever reason. */
  readonly over: AbortSignal
  /** Last turn of the fetch loop, by `now`. */
  pulseAt: number
  /** Between the news of a rebalance and the new assignment. */
  rejoining = true
  readonly #deps: SessionDeps
  readonly #options: ConsumeOptions
  readonly #consumer: Consumer
  readonly #fetches: LentFetches
  readonly #ending = new AbortController()
  readonly #ended = deferred<unknown>()
  #memberId: string | undefined
  #heartbeat: (() => Promise<void>) | undefined
  #closing: Promise<void> | undefined

  constructor(deps: SessionDeps, options: ConsumeOptions, stop: AbortSignal) {
    this.#deps = deps
    this.#options = options
    this.pulseAt = deps.now()
    this.over = AbortSignal.any([stop, this.#ending.signal])
    this.assignment = new Assignment(deps, options, {
      changed: (owned) => this.apply(owned),
      hopeless: (error) => this.#ended.resolve(error),
      signal: this.over,
    })
    this.#fetches = new LentFetches({ waitMs: () => this.#waitMs(), turnMs: HEARTBEAT_MS })
    this.#consumer = deps.newClient().consumer({
      groupId: options.group,
      allowAutoTopicCreation: false,
      sessionTimeout: SESSION_TIMEOUT_MS,
      rebalanceTimeout: REBALANCE_TIMEOUT_MS,
      heartbeatInterval: HEARTBEAT_MS,
      maxWaitTimeInMs: NO_PARTITION_MS,
      minBytes: options.minBytes ?? 1,
      maxBytesPerPartition: PARTITION_BYTES,
      maxBytes: ANSWER_BYTES,
      partitionAssigners: [
        (context) => {
          this.#fetches.lend(context.cluster)
          return kafkajs.PartitionAssigners.roundRobin(context)
        },
      ],
      retry: { ...RETRY, restartOnFailure: async () => false },
    })
  }

  /** Resolves, with the reason, when the session has come to an end by itself. */
  async run(onJoined: () => void): Promise<unknown> {
    this.#listen(onJoined)
    const beat = setInterval(() => void this.#keepAlive(), HEARTBEAT_MS)
    try {
      await this.#consumer.connect()
      await this.#consumer.subscribe({ topics: this.#options.topics.map(this.#deps.toWire), fromBeginning: true })
      await this.#consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        partitionsConsumedConcurrently: this.#options.concurrency ?? 4,
        eachBatch: (payload) => this.#eachBatch(payload),
      })
      return await this.#ended.promise
    } catch (error) {
      return error
    } finally {
      clearInterval(beat)
    }
  }

  /** Lets no new batch begin and waits for those that run. */
  async quiesce(): Promise<void> {
    this.#ending.abort()
    for (const owned of this.assignment.owned.values()) this.apply(owned)
    await this.assignment.quiet()
  }

  /** Gives everything back and leaves the group. Never throws. */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  /** Tells kafkajs where a partition goes on, and whether its records may pass. */
  apply(owned: OwnedPartition, seek = true): void {
    if (owned.revoked || this.#closing !== undefined) return
    const { topic, partition } = this.#wire(owned.tp)
    const entry = [{ topic, partitions: [partition] }]
    if (owned.idle || this.over.aborted) this.#consumer.pause(entry)
    else this.#consumer.resume(entry)
    if (seek && owned.ready) this.#consumer.seek({ topic, partition, offset: String(owned.next) })
    this.#fetches.nudge()
  }

  async store(positions: readonly Position[]): Promise<CommitResult> {
    if (this.#closing !== undefined) return 'overtaken'
    try {
      await this.#consumer.commitOffsets(
        positions.map(({ owned, offset }) => ({ ...this.#wire(owned.tp), offset: String(offset) })),
      )
      return 'stored'
    } catch (error) {
      if (isRebalance(error)) return 'overtaken'
      const message = `Could not commit the positions of ${this.#options.group}: ${messageOf(error)}`
      throw new Fault('log/commit', message, { cause: error, retriable: true })
    }
  }

  get #idleWaitMs(): number {
    return this.#options.maxWaitMs ?? IDLE_WAIT_MS
  }

  #waitMs(): number {
    const owned = [...this.assignment.owned.values()]
    const settled = !this.#interrupted() && owned.every(({ idle }) => !idle)
    return settled ? this.#idleWaitMs : Math.min(SHORT_WAIT_MS, this.#idleWaitMs)
  }

  #wire({ topic, partition }: TopicPartition): TopicPartition {
    return { topic: this.#deps.toWire(topic), partition }
  }

  #listen(onJoined: () => void): void {
    const { events } = this.#consumer
    this.#consumer.on(events.GROUP_JOIN, (event) => {
      try {
        this.#onJoin(event)
        onJoined()
      } catch (error) {
        // kafkajs would take it for a failure of the join, and give up in its own way.
        this.#ended.resolve(error)
      }
    })
    this.#consumer.on(events.REBALANCING, () => void (this.rejoining = true))
    this.#consumer.on(events.FETCH, () => void (this.pulseAt = this.#deps.now()))
    this.#consumer.on(events.CRASH, ({ payload }) => this.#ended.resolve(payload.error))
  }

  #onJoin({ payload }: ConsumerGroupJoinEvent): void {
    // The same member id means that we took part in every generation since: nobody else can have had what we keep.
    const fresh = this.#memberId !== payload.memberId
    this.#memberId = payload.memberId
    this.rejoining = false
    this.pulseAt = this.#deps.now()
    const assigned = Object.entries(payload.memberAssignment).flatMap(([topic, partitions]) =>
      partitions.map((partition): TopicPartition => ({ topic: this.#deps.fromWire(topic), partition })),
    )
    // Also seeks in what is kept: kafkajs begins at the committed position after every join.
    this.assignment.replace(assigned, fresh)
  }

  async #eachBatch(payload: EachBatchPayload): Promise<void> {
    const { topic, partition } = payload.batch
    const owned = this.assignment.owned.get(tpKey({ topic: this.#deps.fromWire(topic), partition }))
    if (owned === undefined || owned.idle || owned.running || this.#interrupted() || payload.isStale()) return
    this.#heartbeat = () => payload.heartbeat()
    // Must not throw: at what kafkajs calls unrecoverable (any TypeError) it would end, with the process alive.
    const work = this.#process(owned, payload).catch((error: unknown) => {
      this.#deps.logger.error({ err: error, ...owned.tp }, `A batch could not be handed over: ${messageOf(error)}`)
      this.assignment.backOff(owned, 0)
    })
    await this.assignment.track(owned, work)
  }

  async #process(owned: OwnedPartition, payload: EachBatchPayload): Promise<void> {
    const { batch } = payload
    const lastOffset = batch.lastOffset()
    const endOffset = Number(batch.highWatermark)
    if (endOffset < owned.next) {
      owned.end = endOffset
      return this.assignment.reacquire(owned, 'The log has lost records')
    }
    const records = recordsOf(batch.messages, owned.next)
    if (records.length === 0 && Number(lastOffset) < owned.next) return this.apply(owned)
    if (records.length === 0) {
      // Compaction has left an empty batch behind.
      owned.next = Number(lastOffset) + 1
      return payload.resolveOffset(lastOffset)
    }
    const delivery = {
      records,
      endOffset,
      nextOffset: Number(lastOffset) + 1,
      heartbeat: () => this.#beat(() => payload.heartbeat()),
      interrupted: () => this.#interrupted() || !payload.isRunning(),
    }
    const outcome = await handOver(this.#deps, this.assignment, owned, { delivery, options: this.#options })
    if (outcome.kind === 'done') payload.resolveOffset(lastOffset)
    else if (outcome.kind !== 'moved') this.apply(owned)
  }

  #interrupted(): boolean {
    return this.rejoining || this.over.aborted
  }

  async #beat(heartbeat: () => Promise<void>): Promise<void> {
    try {
      await heartbeat()
    } catch (error) {
      if (!isRebalance(error)) return this.#deps.logger.debug({ err: error }, 'A heartbeat failed')
      this.rejoining = true
      const message = 'The group is rebalancing: let go of the batch, what is not committed will come again.'
      throw new Fault('log/revoked', message, { cause: error, retriable: true })
    }
  }

  /**
   * Heartbeats while batches are pending, as long as their work makes progress. An event loop that is stuck sends
   * none, and rightly loses its partitions.
   */
  async #keepAlive(): Promise<void> {
    const owned = [...this.assignment.owned.values()]
    if (this.#heartbeat === undefined || this.rejoining || !owned.some(({ running }) => running)) return
    const stuck = stuckWork(owned, this.#deps.now())
    if (stuck !== undefined) return this.#ended.resolve(stuck)
    await this.#beat(this.#heartbeat).catch(() => undefined)
  }

  async #close(): Promise<void> {
    await this.quiesce()
    await this.assignment.revoke([...this.assignment.owned.values()])
    this.#fetches.close()
    const left = this.#consumer.disconnect().catch((error: unknown) => {
      this.#deps.logger.debug({ err: error }, 'Leaving the group failed; the membership will time out')
    })
    await atMost(left, LEAVE_MS)
    this.#ended.resolve(new Fault('log/closed', 'The consumer was stopped.'))
  }
}
