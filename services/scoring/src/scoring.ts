import type { EpochMs } from '@perennial/member'
import {
  type Batch,
  type Consumption,
  isFault,
  type Lease,
  type Log,
  type Logger,
  type OutcomeStore,
  type TopicPartition,
} from '@perennial/runtime'
import { topicOf } from '@perennial/streams'
import { stateOf } from './change.ts'
import { PartitionWorker } from './partition-worker.ts'
import { createPublisher, type Publisher } from './publisher.ts'
import { readSnapshot } from './snapshots/read.ts'
import { restoreSnapshot } from './snapshots/restore.ts'
import { type SnapshotSettings, SnapshotWriter } from './snapshots/writer.ts'
import { LostPartition } from './standing.ts'
import type { PartitionLag } from './telemetry.ts'
import type { WorkerDeps } from './worker-deps.ts'

export const ACTIVITY_TOPIC = topicOf('member-activity')

export type ScoringDeps = Omit<WorkerDeps, 'publisher' | 'snapshots'> &
  Readonly<{
    log: Pick<Log, 'append' | 'startOffsets' | 'committed'>
    logger: Logger
    group: string
    outcomes: Pick<OutcomeStore, 'record'>
    /** Undefined: none are taken, and what is lost is folded again from the beginning. */
    snapshots?: SnapshotSettings
  }>

/** All partitions this process owns, a worker each. */
export class Scoring {
  readonly #deps: ScoringDeps
  readonly #workers = new Map<number, PartitionWorker>()
  /** Being taken over: whoever asks meanwhile gets the same worker, for two would fence each other. */
  readonly #opening = new Map<number, Promise<PartitionWorker>>()
  /** The position each partition was last rewound to. */
  readonly #rewound = new Map<number, number>()
  /** Resolved once the log is consumed; positions are reported there. */
  readonly #consumption: Promise<Consumption>

  constructor(deps: ScoringDeps, consumption: Promise<Consumption>) {
    this.#deps = deps
    this.#consumption = consumption
  }

  get owned(): readonly number[] {
    return [...this.#workers.keys()]
  }

  /** What waits in each owned partition. `lagOf`: its blocks that have not been read. */
  lag(lagOf: (tp: TopicPartition) => number | undefined): PartitionLag[] {
    return [...this.#workers].map(([partition, { newestAt, factsPerBlock }]) => {
      const blocks = lagOf({ topic: ACTIVITY_TOPIC, partition }) ?? 0
      return { partition, blocks, facts: Math.round(blocks * factsPerBlock), newestAt }
    })
  }

  /** Takes a partition over; answers the offset to go on from. */
  async assigned({ partition }: TopicPartition): Promise<number> {
    this.#drop(partition)
    return (await this.#open(partition)).nextOffset
  }

  revoked(tps: readonly TopicPartition[]): Promise<void> {
    for (const { partition } of tps) this.#drop(partition)
    return Promise.resolve()
  }

  async batch(batch: Batch): Promise<void> {
    const { partition } = batch.tp
    const worker = this.#workers.get(partition) ?? (await this.#open(partition))
    if (await this.#isAhead(batch, worker)) {
      // Redis came back with less than it had: the log still holds the rest.
      const consumption = await this.#consumption
      consumption.seek(batch.tp, worker.nextOffset)
      return
    }
    try {
      await worker.fold(batch)
    } catch (error) {
      await this.#recover(batch.tp, error, () => batch.heartbeat())
    }
  }

  /** Sweeps every owned partition that has somebody due. */
  async sweep(behind: boolean): Promise<void> {
    await Promise.all([...this.#workers].map((held) => this.#guarded(held, (worker) => worker.sweep(behind))))
  }

  /**
   * Scores about `count` rows of one partition by the model in use that another scored last; a tenth of it where
   * facts wait, for those go first. Partitions take turns.
   */
  async rescore(count: number): Promise<void> {
    const waiting = [...this.#workers].filter(([, worker]) => worker.rescored < 1)
    const held = waiting.find(([, worker]) => !worker.busy) ?? waiting[0]
    if (held === undefined) return
    await this.#guarded(held, (worker) => worker.rescore(worker.busy ? Math.ceil(count / 10) : count))
  }

  /** Writes snapshots of the partitions that are due, one after another. */
  async snapshot(signal?: AbortSignal): Promise<void> {
    for (const [partition, worker] of this.#workers) {
      try {
        const rows = await worker.snapshot(signal)
        if (rows !== undefined) this.#deps.telemetry.snapshotted(rows)
      } catch (error) {
        // What serves is not concerned: the next turn tries again.
        this.#deps.logger.warn({ err: error, partition }, 'A snapshot was not written; it is tried again.')
      }
    }
  }

  /** How far each owned partition has been scored by the model in use, 0..1. */
  rescored(): { partition: number; ratio: number }[] {
    return [...this.#workers].map(([partition, { rescored }]) => ({ partition, ratio: rescored }))
  }

  /**
   * Looks whether the state is still what it was left as, and takes over again what was given up in an outage.
   * Redis that comes back with less, or with nothing, says so to nobody; without facts coming in it would be noticed
   * by nobody either, and silence would go unnoticed.
   */
  async verify(): Promise<void> {
    const consumption = await this.#consumption
    const missing = consumption.assigned().filter(({ partition }) => !this.#workers.has(partition))
    await Promise.all([
      ...[...this.#workers].map((held) => this.#guarded(held, (worker) => worker.verify())),
      ...missing.map((tp) => this.#takeOverAgain(tp).catch(unlessHeld)),
    ])
  }

  async #guarded(
    [partition, worker]: readonly [number, PartitionWorker],
    work: (worker: PartitionWorker) => Promise<void>,
  ): Promise<void> {
    try {
      await work(worker)
    } catch (error) {
      // Already replaced, or revoked meanwhile: its refusal is as it should be.
      if (this.#workers.get(partition) !== worker) return
      const consumption = await this.#consumption
      await this.#recover({ topic: ACTIVITY_TOPIC, partition }, error, async () => {
        if (!consumption.assigned().some((tp) => tp.partition === partition)) throw error
      })
    }
  }

  #open(partition: number): Promise<PartitionWorker> {
    const underWay = this.#opening.get(partition)
    if (underWay !== undefined) return underWay
    const opening = this.#takeOver(partition).finally(() => this.#opening.delete(partition))
    this.#opening.set(partition, opening)
    return opening
  }

  async #takeOver(partition: number): Promise<PartitionWorker> {
    const deps = this.#deps
    const now = deps.clock.now()
    const lease = await deps.store.acquire(partition, { heardUntil: () => this.#heardUntil(partition), now })
    if (lease.lostAt === now)
      deps.logger.warn(
        { partition, from: lease.nextOffset, until: lease.effectsFrom },
        'State is gone: folding it again from the log, with outreach off until then.',
      )
    const firstSequence = Math.max(0, ...lease.outbox.map(({ sequence }) => sequence)) + 1
    const publisher = createPublisher(deps, partition, firstSequence, (offset) => this.#reached(partition, offset))
    const worker = this.#workerFor(await this.#restored(lease), publisher, now)
    await worker.start()
    this.#workers.set(partition, worker)
    deps.telemetry.owned(this.#workers.size)
    return worker
  }

  #workerFor(lease: Lease, publisher: Publisher, now: EpochMs): PartitionWorker {
    const { snapshots: settings, ...deps } = this.#deps
    const snapshots = settings && new SnapshotWriter({ ...settings, store: deps.store }, lease, now)
    return new PartitionWorker({ ...deps, publisher, ...(snapshots && { snapshots }) }, lease, stateOf(lease))
  }

  /** The lease of a partition of which nothing is folded goes on from its latest snapshot, where there is one. */
  async #restored(lease: Lease): Promise<Lease> {
    const { snapshots, store, nextToken, logger } = this.#deps
    if (snapshots === undefined || lease.nextOffset > 0) return lease
    const { vocabulary } = snapshots
    const found = await readSnapshot(snapshots.log, lease.partition, vocabulary)
    const end = (await snapshots.log.endOffsets(ACTIVITY_TOPIC))[lease.partition] ?? 0
    // Of another log, one that was made anew since: it would wait for facts that are long there.
    const snapshot = found !== undefined && found.head.offset <= end ? found : undefined
    const restored = await restoreSnapshot(store, lease, snapshot, { vocabulary, nextToken, tellAnew: true })
    if (snapshot !== undefined)
      logger.warn(
        { partition: lease.partition, rows: snapshot.rows.size, offset: restored.nextOffset },
        'State was taken from the latest snapshot; what came after is folded from the log.',
      )
    return restored
  }

  /** True: the batch begins behind records that were never folded and can still be read. */
  async #isAhead({ tp, records }: Batch, { nextOffset }: PartitionWorker): Promise<boolean> {
    const first = records[0]?.offset ?? 0
    if (first <= nextOffset) {
      this.#rewound.delete(tp.partition)
      return false
    }
    // Asked once per position: what is not delivered after a rewind either is gone, and the worker reports the gap.
    if (this.#rewound.get(tp.partition) === nextOffset) return false
    this.#rewound.set(tp.partition, nextOffset)
    const oldest = (await this.#deps.log.startOffsets(tp.topic))[tp.partition] ?? 0
    return oldest < first
  }

  #drop(partition: number): void {
    this.#workers.delete(partition)
    this.#deps.telemetry.owned(this.#workers.size)
  }

  /**
   * The worker's memory may be ahead of what is stored, so it goes. If a commit
   * was refused, the group is asked first whether the partition is still ours:
   * two owners that only raise the epoch would fence each other for ever.
   */
  async #recover(tp: TopicPartition, error: unknown, stillOurs: () => Promise<void>): Promise<void> {
    this.#drop(tp.partition)
    if (!(error instanceof LostPartition)) throw error
    this.#deps.telemetry.lost()
    this.#deps.logger.warn({ partition: tp.partition }, `${error.message} Taking it over again, if it is still ours.`)
    await stillOurs()
    await this.#takeOverAgain(tp)
  }

  async #takeOverAgain(tp: TopicPartition): Promise<void> {
    const { nextOffset } = await this.#open(tp.partition)
    const consumption = await this.#consumption
    consumption.seek(tp, nextOffset)
  }

  /** The group's position is a copy, for lag tools and for the day Redis has lost everything: failing to write it stops nothing. */
  #reached(partition: number, offset: number): void {
    const tp = { topic: ACTIVITY_TOPIC, partition }
    this.#consumption
      .then((consumption) => consumption.commit(tp, offset))
      .catch((error: unknown) => this.#deps.logger.warn({ err: error, ...tp }, 'The group position was not written.'))
  }

  async #heardUntil(partition: number): Promise<number | undefined> {
    return (await this.#deps.log.committed(this.#deps.group, ACTIVITY_TOPIC))[partition]
  }
}

/** A rebuild holds a partition for a moment: the next look finds it free. */
function unlessHeld(error: unknown): void {
  if (!isFault(error, 'store/held')) throw error
}
