import {
  applyBlock,
  barErased,
  type Chunk,
  clearChunk,
  type Engine,
  isInternal,
  type PartitionState,
  placeFor,
  rescoreChunk,
  sweepChunk,
  type Work,
} from '@perennial/engine'
import type { EpochMs } from '@perennial/member'
import type { Batch, Change, Lease, LogRecord, OutboxEntry, Standing } from '@perennial/runtime'
import type { ActiveModel } from './active-model.ts'
import { allFields, chunkChange } from './change.ts'
import { createPartitionClock, LIVE_WITHIN_MS } from './clock.ts'
import { gather } from './gather.ts'
import { noteComparisons, placeRows } from './comparisons.ts'
import { createModelPass, type ModelPass } from './model-pass.ts'
import { blocksOf, packOutbox } from './outbox.ts'
import { outcomeRecords } from './outcomes.ts'
import type { Publisher } from './publisher.ts'
import { takeSnapshot } from './snapshots/take.ts'
import { assertSame, LostPartition } from './standing.ts'
import { loadStored } from './stored-rows.ts'
import { createTurns, type Turns } from './turns.ts'
import type { Result, WorkerDeps } from './worker-deps.ts'

/** Subjects looked at per commit of a sweep. */
const SWEEP_SIZE = 1_000

/**
 * The owner of one partition: folds its blocks, notices silence, commits, and publishes what was committed. One thing at a
 * time; after any error it is thrown away, for its memory may be ahead of what is stored.
 */
export class PartitionWorker {
  readonly #deps: WorkerDeps
  readonly #lease: Lease
  readonly #state: PartitionState
  readonly #clock = createPartitionClock()
  readonly #publisher: Publisher
  readonly #pass: ModelPass
  readonly #alone: Turns
  #nextOffset: number
  /** The end of the partition, as last seen. */
  #endOffset = 0
  #revision: number
  #factsPerBlock = 1
  #earliestDue: EpochMs
  /** Since the last sweep aliases may have come: there may be more than are kept, though nobody is due. */
  #moreAliases = true
  #folding = 0

  constructor(deps: WorkerDeps, lease: Lease, state: PartitionState) {
    this.#deps = deps
    this.#alone = createTurns(deps.chunks)
    this.#lease = lease
    this.#state = state
    this.#nextOffset = lease.nextOffset
    this.#revision = lease.revision
    this.#earliestDue = lease.earliestDue
    this.#publisher = deps.publisher
    this.#pass = createModelPass(deps.store, lease)
  }

  /** The latest event time folded from a source, 0 = none: what partitions send each other is older by nature. */
  get newestAt(): EpochMs {
    let newest = 0
    for (const [source, { newestAt }] of this.#state.sources)
      if (!isInternal(source)) newest = Math.max(newest, newestAt)
    return newest
  }

  /** Facts in a block of the latest commit, to tell how many facts wait in blocks that have not been read. */
  get factsPerBlock(): number {
    return this.#factsPerBlock
  }

  get nextOffset(): number {
    return this.#nextOffset
  }

  /** Publishes what a former owner committed and may not have published. */
  async start(): Promise<void> {
    for (const entry of this.#lease.outbox) await this.#publisher.publish(entry, this.#nextOffset)
  }

  /** Folds records of the partition; those below the stored position are skipped. Resolves when all is committed and published. */
  fold(batch: Batch): Promise<void> {
    this.#folding++
    return this.#alone((chunk) => this.#fold(chunk, batch)).finally(() => this.#folding--)
  }

  /** How far every member has been scored by the model in use, 0..1. */
  get rescored(): number {
    return this.#pass.progress(this.#deps.model().inUse)
  }

  /** Facts are being folded, or wait for it. */
  get busy(): boolean {
    return this.#folding > 0
  }

  /** Scores about `count` rows by the model in use that another scored last, though no fact comes. */
  rescore(count: number): Promise<void> {
    return this.#alone((chunk) => this.#rescore(chunk, count))
  }

  /** Looks at whoever is due by the partition's clock, and lets aliases beyond the bound go. `upstream`: facts are known to wait there. */
  sweep(upstream: boolean): Promise<void> {
    if (this.#clockTime(upstream) < this.#earliestDue && !this.#moreAliases) return Promise.resolve()
    return this.#alone((chunk) => this.#sweep(chunk, upstream))
  }

  /** Writes a snapshot if one is due: see `takeSnapshot`. */
  snapshot(signal?: AbortSignal): Promise<number | undefined> {
    const standpoint = () => ({ offset: this.#nextOffset, sent: this.#state.sent, sources: allFields(this.#state) })
    return takeSnapshot(this.#deps, { alone: this.#alone, standpoint }, signal)
  }

  /** Throws when what is stored is not what this worker left there: Redis has come back with less, or somebody else is at work. */
  verify(): Promise<void> {
    return this.#alone(async () => this.#assertMine(await this.#deps.store.standing(this.#lease.partition)))
  }

  /** Throws when what was read belongs to another owner, or to a history that has been lost. */
  #assertMine(stored: Standing | undefined): void {
    const { partition, epoch } = this.#lease
    assertSame(partition, stored, { epoch, nextOffset: this.#nextOffset, revision: this.#revision })
  }

  async #fold(chunk: Chunk, batch: Batch): Promise<void> {
    this.#endOffset = batch.endOffset
    const records = batch.records.filter(({ offset }) => offset >= this.#nextOffset)
    const first = records[0]
    if (first !== undefined && first.offset > this.#nextOffset)
      this.#deps.telemetry.gap(this.#lease.partition, this.#nextOffset, first.offset)
    for (let at = 0; at < records.length && !batch.stopping();) {
      at = await this.#commitFrom(chunk, records, at)
      await batch.heartbeat()
    }
    await this.#publisher.settled()
  }

  /** Folds and commits as many whole blocks as one commit takes; answers where the next begins. */
  async #commitFrom(chunk: Chunk, records: readonly LogRecord[], from: number): Promise<number> {
    const { store, telemetry, clock } = this.#deps
    const { partition } = this.#lease
    const started = performance.now()
    const model = this.#deps.model()
    clearChunk(chunk)
    const { placed, next } = gather(chunk, records, from, this.#deps.openBlock)
    const { present, standing } = await loadStored(store, partition, chunk)
    this.#assertMine(standing)
    const work = this.#work(chunk, model, this.#clockTime(false))
    barErased(work, present)
    for (const block of placed) applyBlock(work, block)
    if (chunk.broken.length > 0) await this.#deps.putAside(partition, chunk.broken, records)
    const count = placed.reduce((sum, { places }) => sum + places.length, 0)
    if (placed.length > 0) this.#factsPerBlock = count / placed.length
    if (chunk.newestAt > 0) {
      this.#clock.folded(clock.now(), { newestAt: chunk.newestAt, count, sources: this.#state.touched })
      if (chunk.newestAt < clock.now() - LIVE_WITHIN_MS) this.#deps.foldedHistory()
    }
    const nextOffset = (records[next - 1]?.offset ?? 0) + 1
    await this.#commit(chunk, { model, nextOffset })
    telemetry.folded(chunk, performance.now() - started)
    if (chunk.counts.erased > 0) await this.#emptyOutbox(chunk, model)
    return next
  }

  /** What was said of somebody who was erased does not wait in the outbox for the next commit. */
  async #emptyOutbox(chunk: Chunk, model: ActiveModel): Promise<void> {
    await this.#publisher.settled()
    clearChunk(chunk)
    await this.#commit(chunk, { model })
  }

  async #sweep(chunk: Chunk, upstream: boolean): Promise<void> {
    const { store, telemetry } = this.#deps
    const { partition } = this.#lease
    for (;;) {
      const clock = this.#clockTime(upstream)
      const due = await store.due(partition, clock, SWEEP_SIZE)
      this.#assertMine(due.standing)
      const over = await store.aliasesBeyond(partition, this.#deps.maxAliases, SWEEP_SIZE)
      const subjects = [...due.members, ...due.aliases, ...over]
      if (subjects.length === 0) {
        this.#earliestDue = due.next
        this.#moreAliases = false
        return
      }
      clearChunk(chunk)
      for (const key of subjects) placeFor(chunk, key)
      const model = this.#deps.model()
      const { present, standing } = await loadStored(store, partition, chunk)
      this.#assertMine(standing)
      const dueSince = this.#earliestDue
      const swept = sweepChunk(this.#work(chunk, model, clock), clock, present)
      const evicted = over.filter((key) => !swept.freed.includes(key))
      await this.#commit(chunk, { model, gone: [...swept.freed, ...evicted], stale: swept.stale })
      telemetry.swept(chunk, swept, evicted.length, Math.max(0, clock - dueSince))
      if (subjects.length < SWEEP_SIZE) {
        const { next, standing: stood } = await store.due(partition, -Infinity, 1)
        this.#assertMine(stood)
        this.#earliestDue = Math.min(this.#earliestDue, next)
      }
      await this.#publisher.settled()
    }
  }

  async #rescore(chunk: Chunk, count: number): Promise<void> {
    const model = this.#deps.model()
    const clock = this.#clockTime(false)
    // While a backlog is worked off nobody can be judged as of now; the facts come first anyway.
    if (this.#pass.progress(model.inUse) === 1 || clock === -Infinity) return
    const page = await this.#pass.next(model.inUse, count)
    this.#assertMine(page.standing)
    placeRows(chunk, page, model.inUse, (memberId) => this.#deps.shadows.wants(this.#lease.partition, memberId))
    rescoreChunk(this.#work(chunk, model, clock), clock)
    if (chunk.counts.rescored > 0) await this.#commit(chunk, { model })
    else noteComparisons(this.#deps, this.#lease.partition, chunk, model.inUse)
    this.#deps.telemetry.rescored(chunk)
    await this.#publisher.settled()
    if (!(await this.#pass.done(model.inUse, page)))
      throw new LostPartition(`Partition ${this.#lease.partition}: somebody else owns it.`)
  }

  #work(chunk: Chunk, { inUse }: ActiveModel, clock: EpochMs): Work {
    const { aliasMs, pseudonym } = this.#deps
    const engine: Engine = { partition: this.#lease.partition, model: inUse, aliasMs, pseudonym }
    return { engine, state: this.#state, chunk, ...(clock === -Infinity ? {} : { clock }) }
  }

  /** Writes the chunk, all of it or nothing, and lets the publisher have what it said. */
  async #commit(chunk: Chunk, result: Result): Promise<void> {
    const { model, nextOffset = this.#nextOffset, gone = [], stale = [] } = result
    const { store, telemetry, nextToken } = this.#deps
    await this.#publisher.settled()
    const { earliest, ...parts } = chunkChange(chunk, this.#state)
    const outbox = this.#outbox(chunk, model, nextOffset)
    const change: Change = {
      ...parts,
      token: nextToken(),
      expectedOffset: this.#nextOffset,
      expectedRevision: this.#revision,
      nextOffset,
      rows: gone.length === 0 ? parts.rows : parts.rows.filter(([key]) => !gone.includes(key)),
      rowsGone: [...parts.rowsGone, ...gone],
      dueGone: [...parts.dueGone, ...stale],
      aliasDueGone: [...parts.aliasDueGone, ...gone, ...stale],
      outbox,
      outboxGone: this.#publisher.takePublished(),
    }
    const started = performance.now()
    const answer = await store.commit(this.#lease, change)
    telemetry.committed(answer, performance.now() - started)
    if (answer === 'fenced' || answer === 'conflict')
      throw new LostPartition(`Partition ${this.#lease.partition}: the commit was answered '${answer}'.`)
    noteComparisons(this.#deps, this.#lease.partition, chunk, model.inUse)
    this.#deps.snapshots?.changed(change.rows, change.rowsGone)
    this.#state.touched.clear()
    this.#state.erased.clear()
    this.#nextOffset = nextOffset
    this.#revision++
    this.#earliestDue = Math.min(this.#earliestDue, earliest)
    if (change.aliasDue.length > 0) this.#moreAliases = true
    if (outbox !== undefined) this.#publisher.begin(outbox, nextOffset)
    else this.#publisher.reached(nextOffset)
  }

  #outbox(chunk: Chunk, { riskWriter, idOf }: ActiveModel, nextOffset: number): OutboxEntry | undefined {
    const { clock, partitions, hearing, silent = false } = this.#deps
    if (silent) return undefined
    const blocks = blocksOf(hearing.forwards(chunk), partitions)
    const outcomes = hearing.outcomes(outcomeRecords(chunk, idOf, clock.now()))
    const replay = (asOf: EpochMs) => this.#isReplay(nextOffset, asOf)
    const value = packOutbox(chunk, riskWriter, { blocks, outcomes }, { replay, ...hearing })
    return value && { sequence: this.#publisher.nextSequence(), value }
  }

  /**
   * Whether others have heard of it before the state was lost. That is so for whatever the facts up to there make,
   * and for silence that a sweep notices at the end of them, if it was over by then.
   */
  #isReplay(nextOffset: number, at: EpochMs): boolean {
    const { effectsFrom, lostAt } = this.#lease
    if (nextOffset !== effectsFrom) return nextOffset < effectsFrom
    return nextOffset > this.#nextOffset || at <= lostAt
  }

  #clockTime(upstream: boolean): EpochMs {
    // Silence up to now must not be judged before what waits in this very partition has been read.
    const behind = upstream || this.#nextOffset < this.#endOffset
    return this.#clock.read(this.#deps.clock.now(), this.#state, behind) ?? -Infinity
  }
}
