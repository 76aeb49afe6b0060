import {
  applyBlock,
  type Chunk,
  clearChunk,
  collectKeys,
  type Engine,
  isInternal,
  loadRows,
  type PartitionState,
  type PlacedBlock,
  placeFor,
  sweepChunk,
} from '@perennial/engine'
import { type EpochMs, MAX_BLOCK_FACTS } from '@perennial/member'
import type { Batch, Change, Clock, Lease, LogRecord, PartitionStore } from '@perennial/runtime'
import { chunkChange } from './change.ts'
import { createPartitionClock, LIVE_WITHIN_MS } from './clock.ts'
import { memberRisk } from './risk-record.ts'
import { blocksOf, type Outbox, packOutbox } from './outbox.ts'
import type { Publisher } from './publisher.ts'
import type { Telemetry } from './telemetry.ts'
import type { MemberRiskV1 } from '@perennial/streams'

/** A commit takes whole blocks, up to this many facts: beyond, a commit only waits longer behind the others. */
const FACTS_PER_COMMIT = 4_000
/** Subjects looked at per commit of a sweep. */
const SWEEP_SIZE = 1_000
/** Room for the subjects of FACTS_PER_COMMIT facts and one block more. */
export const CHUNK_CAPACITY = FACTS_PER_COMMIT + MAX_BLOCK_FACTS

export type WorkerDeps = Readonly<{
  store: PartitionStore
  clock: Clock
  telemetry: Telemetry
  encodeRisk: (risk: MemberRiskV1) => Uint8Array
  /** How many partitions facts for other rows may go to. */
  partitions: number
  /** Aliases without a member kept per partition. */
  maxAliases: number
  publisher: Publisher
  /** Facts a partition cannot use, put aside before the position moves. */
  putAside: (partition: number, broken: Chunk['broken'], records: readonly LogRecord[]) => Promise<void>
  nextToken: () => string
  /** Facts were folded that are not fresh: more of them may wait upstream. */
  foldedHistory: () => void
  chunks: ChunkPool
}>

/** Working sets are large, and only as many are needed as partitions are worked on at a time. */
export type ChunkPool = Readonly<{ take(): Chunk; give(chunk: Chunk): void }>

/** The commit was refused: somebody else owns the partition, or its state is not what this worker remembers. */
export class LostPartition extends Error {}

/**
 * The owner of one partition: folds its blocks, notices silence, commits, and
 * publishes what was committed. One thing at a time; after any error it is
 * thrown away, for its memory may be ahead of what is stored.
 */
export class PartitionWorker {
  readonly #deps: WorkerDeps
  readonly #engine: Engine
  readonly #lease: Lease
  readonly #state: PartitionState
  readonly #clock = createPartitionClock()
  readonly #publisher: Publisher
  #queue: Promise<unknown> = Promise.resolve()
  #nextOffset: number
  #factsPerBlock = 1
  #earliestDue: EpochMs

  constructor(deps: WorkerDeps, engine: Engine, lease: Lease, state: PartitionState) {
    this.#deps = deps
    this.#engine = engine
    this.#lease = lease
    this.#state = state
    this.#nextOffset = lease.nextOffset
    this.#earliestDue = lease.earliestDue
    this.#publisher = deps.publisher
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
    return this.#alone((chunk) => this.#fold(chunk, batch))
  }

  /** Looks at whoever is due by the partition's clock. `behind`: facts are known to wait upstream. */
  sweep(behind: boolean): Promise<void> {
    if (this.#clockTime(behind) < this.#earliestDue) return Promise.resolve()
    return this.#alone((chunk) => this.#sweep(chunk, behind))
  }

  /** Throws when what is stored is not what this worker left there: Redis has come back with less, or somebody else is at work. */
  verify(): Promise<void> {
    return this.#alone(async () => {
      const { partition, epoch } = this.#lease
      const stored = await this.#deps.store.standing(partition)
      if (stored?.epoch === epoch && stored.nextOffset === this.#nextOffset) return
      const what = stored === undefined ? 'nothing' : `epoch ${stored.epoch} at ${stored.nextOffset}`
      throw new LostPartition(`Partition ${partition}: ${what} is stored, not epoch ${epoch} at ${this.#nextOffset}.`)
    })
  }

  #alone<T>(work: (chunk: Chunk) => Promise<T>): Promise<T> {
    const { chunks } = this.#deps
    const done = this.#queue.then(async () => {
      const chunk = chunks.take()
      try {
        return await work(chunk)
      } finally {
        clearChunk(chunk)
        chunks.give(chunk)
      }
    })
    this.#queue = done.catch(() => undefined)
    return done
  }

  async #fold(chunk: Chunk, batch: Batch): Promise<void> {
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
    const work = { engine: this.#engine, state: this.#state, chunk }
    clearChunk(chunk)
    const { placed, next } = this.#gather(chunk, records, from)
    loadRows(chunk, await store.load(partition, chunk.keys))
    for (const block of placed) applyBlock(work, block)
    if (chunk.broken.length > 0) await this.#deps.putAside(partition, chunk.broken, records)
    if (chunk.newestAt > 0) {
      this.#clock.folded(clock.now(), chunk.newestAt, this.#state.touched)
      if (chunk.newestAt < clock.now() - LIVE_WITHIN_MS) this.#deps.foldedHistory()
    }
    if (placed.length > 0)
      this.#factsPerBlock = placed.reduce((sum, { places }) => sum + places.length, 0) / placed.length
    const nextOffset = (records[next - 1]?.offset ?? 0) + 1
    await this.#commit(chunk, nextOffset, [], [])
    telemetry.folded(chunk, performance.now() - started)
    return next
  }

  #gather(chunk: Chunk, records: readonly LogRecord[], from: number): { placed: PlacedBlock[]; next: number } {
    const placed: PlacedBlock[] = []
    let facts = 0
    let next = from
    for (; next < records.length && facts < FACTS_PER_COMMIT; next++) {
      const { value, offset } = records[next] ?? { value: null, offset: 0 }
      if (value === null) continue
      const places = this.#collect(chunk, value, offset)
      if (places === undefined) continue
      facts += places.length
      placed.push({ block: value, places, offset })
    }
    return { placed, next }
  }

  /** Undefined: the block itself is broken, and goes to the dead letters whole. */
  #collect(chunk: Chunk, block: Buffer, offset: number): Int32Array | undefined {
    const before = chunk.keys.length
    try {
      const places = collectKeys(chunk, block)
      if (places === undefined) throw new RangeError('A chunk is smaller than a commit.')
      return places
    } catch (error) {
      if (error instanceof RangeError && error.message.startsWith('A chunk')) throw error
      for (const key of chunk.keys.splice(before)) chunk.indexOf.delete(key)
      chunk.broken.push({ offset, index: -1, reason: error instanceof Error ? error.message : 'unreadable' })
      return undefined
    }
  }

  async #sweep(chunk: Chunk, behind: boolean): Promise<void> {
    const { store, telemetry } = this.#deps
    const { partition } = this.#lease
    for (;;) {
      const clock = this.#clockTime(behind)
      const due = await store.due(partition, clock, SWEEP_SIZE)
      const over = await store.aliasesBeyond(partition, this.#deps.maxAliases, SWEEP_SIZE)
      const subjects = [...due.members, ...due.aliases, ...over]
      if (subjects.length === 0) {
        this.#earliestDue = due.next
        return
      }
      clearChunk(chunk)
      for (const key of subjects) placeFor(chunk, key)
      const stored = await store.load(partition, chunk.keys)
      loadRows(chunk, stored)
      const dueSince = this.#earliestDue
      const work = { engine: this.#engine, state: this.#state, chunk }
      const swept = sweepChunk(work, clock, (place) => stored[place] !== null)
      const evicted = over.filter((key) => !swept.freed.includes(key))
      await this.#commit(chunk, this.#nextOffset, [...swept.freed, ...evicted], swept.stale)
      telemetry.swept(chunk, swept, evicted.length, Math.max(0, clock - dueSince))
      if (subjects.length < SWEEP_SIZE)
        this.#earliestDue = Math.min(this.#earliestDue, (await store.due(partition, -Infinity, 1)).next)
      await this.#publisher.settled()
    }
  }

  /** Writes the chunk, all of it or nothing, and lets the publisher have what it said. */
  async #commit(chunk: Chunk, nextOffset: number, gone: readonly string[], stale: readonly string[]): Promise<void> {
    const { store, telemetry, nextToken } = this.#deps
    await this.#publisher.settled()
    const { earliest, ...parts } = chunkChange(chunk, this.#state)
    const outbox = this.#outbox(chunk, nextOffset)
    const change: Change = {
      ...parts,
      token: nextToken(),
      expectedOffset: this.#nextOffset,
      nextOffset,
      rows: gone.length === 0 ? parts.rows : parts.rows.filter(([key]) => !gone.includes(key)),
      rowsGone: gone,
      dueGone: [...parts.dueGone, ...stale],
      aliasDueGone: [...parts.aliasDueGone, ...gone, ...stale],
      outbox: outbox && { sequence: outbox.sequence, value: packOutbox(outbox.said) },
      outboxGone: this.#publisher.takePublished(),
    }
    const started = performance.now()
    const answer = await store.commit(this.#lease, change)
    telemetry.committed(answer, performance.now() - started)
    if (answer === 'fenced' || answer === 'conflict')
      throw new LostPartition(`Partition ${this.#lease.partition}: the commit was answered '${answer}'.`)
    this.#state.touched.clear()
    this.#nextOffset = nextOffset
    this.#earliestDue = Math.min(this.#earliestDue, earliest)
    if (outbox !== undefined) this.#publisher.begin(outbox.sequence, outbox.said, nextOffset)
    else this.#publisher.reached(nextOffset)
  }

  #outbox(chunk: Chunk, nextOffset: number): { sequence: number; said: Outbox } | undefined {
    const { risks, forwards } = chunk
    if (risks.length === 0 && forwards.length === 0) return undefined
    const said = {
      risks: risks.map((change) => ({
        memberId: change.member,
        version: change.version,
        asOf: change.score.at,
        value: this.#deps.encodeRisk(memberRisk(change, this.#isReplay(nextOffset, change.score.at))),
      })),
      blocks: blocksOf(forwards, this.#deps.partitions),
    }
    return { sequence: this.#publisher.nextSequence(), said }
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

  #clockTime(behind: boolean): EpochMs {
    const { clock } = this.#deps
    return this.#clock.read(clock.now(), this.#state, behind) ?? -Infinity
  }
}
