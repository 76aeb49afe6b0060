import type { Chunk, Engine, Work } from '@perennial/engine'
import { factsInBlock, type Vocabulary } from '@perennial/member'
import {
  Fault,
  type Generations,
  type Held,
  type Lease,
  type Log,
  type Logger,
  type LogRecord,
  type PartitionStore,
  TAKEN_BACK,
} from '@perennial/runtime'
import { stateOf } from '../change.ts'
import type { PartitionWorker } from '../partition-worker.ts'
import { ACTIVITY_TOPIC } from '../scoring.ts'
import { readSnapshot } from '../snapshots/read.ts'
import { restoreSnapshot } from '../snapshots/restore.ts'
import { LostPartition } from '../standing.ts'
import { Tally } from './comparison.ts'
import { type Settled, settleRows } from './settle.ts'
import { type FoldDeps, silentWorker } from './silent-worker.ts'

/** Blocks read and folded together. */
const PAGE = 100
/** How long scoring waits at most for a rebuild that has died while it held a partition, in ms. */
const HOLD_MS = 15_000
/** So near to the serving state, in blocks, what is left is folded while it is held. */
const NEAR = 50
/** Scoring may take a partition back in the very moment it is held. */
const TRIES = 5

export type RebuildDeps = FoldDeps &
  Readonly<{
    log: Pick<Log, 'read' | 'startOffsets' | 'endOffsets'>
    logger: Logger
    vocabulary: Vocabulary
    generations: Generations
    serving: PartitionStore
    next: PartitionStore
    /** What a generation depends on besides the log: one begun under another is begun anew. */
    basis: string
    signal: AbortSignal
  }>

/** What the next generation is made of: the log, or the state that served before, brought up to date. */
export type Origin = 'log' | 'previous'

export type Replayed = Readonly<{ blocks: number; facts: number }>

const NEVER = { heardUntil: () => Promise.resolve(undefined) }

/**
 * Makes the state of a partition anew from the log, beside the one that serves, and puts it in its place. Every step can
 * be broken off and begun again: what is folded stands with its position, and what serves is changed by the switch alone.
 */
export class Rebuild {
  readonly #deps: RebuildDeps

  constructor(deps: RebuildDeps) {
    this.#deps = deps
  }

  /** How far it has come, and how far it has to go: offsets of the partition. Undefined: nothing serves. */
  async extent(partition: number): Promise<Readonly<{ from: number; to: number }> | undefined> {
    const { serving, next } = this.#deps
    const [live, made] = await Promise.all([serving.standing(partition), next.standing(partition)])
    return live && { from: made?.nextOffset ?? 0, to: live.nextOffset }
  }

  /** Throws where the log does not hold everything that the generation has still to be made of. */
  async begin(partition: number, origin: Origin): Promise<void> {
    const { generations, basis, log, next, logger } = this.#deps
    const note = await generations.noteOf(partition)
    if (note === TAKEN_BACK && origin === 'log')
      throw new Fault(
        'usage',
        'A roll-back was begun and not finished: finish it (perennial rebuild --rollback), or forget it (--discard).',
      )
    if (origin === 'log' && note !== undefined && note !== basis) {
      logger.warn({ partition }, 'A rebuild was begun under other settings, and is begun anew.')
      await generations.discard(partition, 'next')
    }
    const from = (await next.standing(partition))?.nextOffset ?? 0
    const start = (await log.startOffsets(ACTIVITY_TOPIC))[partition] ?? 0
    // A generation at the beginning has no rows: those of one that was broken off there would be counted twice.
    if (from === 0) await generations.discard(partition, 'next')
    if (origin === 'log') await generations.note(partition, basis)
    if (start > from) await this.#fromSnapshot(partition, start)
  }

  /** Of what the log has lost a snapshot may be left. */
  async #fromSnapshot(partition: number, start: number): Promise<void> {
    const { log, next, serving, clock, vocabulary, nextToken } = this.#deps
    const snapshot = await readSnapshot(log, partition, vocabulary)
    const live = (await serving.standing(partition))?.nextOffset ?? 0
    if (snapshot === undefined || snapshot.head.offset < start || snapshot.head.offset > live)
      throw new Fault(
        'rebuild/incomplete',
        `The log of partition ${partition} begins at ${start}, and there is no snapshot to begin with: what lies before is gone, and so would be what it says of members.`,
      )
    const lease = await next.acquire(partition, { ...NEVER, now: clock.now() })
    // What was told is the serving state's to know.
    await restoreSnapshot(next, lease, snapshot, { vocabulary, nextToken, tellAnew: false })
  }

  /** Folds up to where the serving state stands, however it moves meanwhile, never beyond. */
  async replay(partition: number, progress: (done: Replayed) => void): Promise<void> {
    const worker = await this.#own(partition)
    const standing = async () => (await this.#deps.serving.standing(partition))?.nextOffset ?? 0
    for (let live = await standing(); ;) {
      await this.#foldTo(worker, partition, live, progress)
      const gone = live
      live = await standing()
      if (live - gone <= NEAR) return
    }
  }

  /** Lays both states of a partition beside each other, at one offset; scoring of it waits meanwhile. */
  async compare(partition: number, most: number): Promise<Tally> {
    return this.#whileHeld(partition, async (held) => {
      const tally = new Tally(most)
      await this.#settle(partition, held, tally, undefined)
      return tally
    })
  }

  /** As `compare`, and then puts the next generation in the place of the one that serves. */
  async switchOver(partition: number, most: number): Promise<Tally> {
    return this.#whileHeld(partition, async (held) => {
      const tally = new Tally(most)
      const { generations } = this.#deps
      const next = await this.#settle(partition, held, tally, (lease, settled) => this.#write(lease, settled))
      const answer = await generations.switchOver(partition, held, next)
      if (answer === 'switched') return tally
      throw new LostPartition(`Partition ${partition}: the switch was answered '${answer}'.`)
    })
  }

  /** Holds the partition, brings both states to one offset, and lets go in any case. Again where scoring was quicker. */
  async #whileHeld<T>(partition: number, work: (held: Held) => Promise<T>): Promise<T> {
    const { generations } = this.#deps
    for (let tries = 1; ; tries++) {
      const held = await generations.hold(partition, HOLD_MS)
      if (held === undefined) throw nothingServes(partition)
      try {
        await this.#foldTo(await this.#own(partition), partition, held.nextOffset, () => undefined)
        return await work(held)
      } catch (error) {
        if (!(error instanceof LostPartition) || tries === TRIES) throw error
      } finally {
        await generations.release(partition)
      }
    }
  }

  async #own(partition: number): Promise<PartitionWorker> {
    const { next, clock, logger } = this.#deps
    return silentWorker(this.#deps, next, await next.acquire(partition, { ...NEVER, now: clock.now() }), logger)
  }

  async #foldTo(
    worker: PartitionWorker,
    partition: number,
    to: number,
    progress: (done: Replayed) => void,
  ): Promise<void> {
    const { log, signal, generations } = this.#deps
    const tp = { topic: ACTIVITY_TOPIC, partition }
    const read = (from: number) => log.read(tp, from, PAGE)
    let ahead = worker.nextOffset < to ? read(worker.nextOffset) : undefined
    while (ahead !== undefined && !signal.aborted) {
      const records = (await ahead).filter(({ offset }) => offset < to)
      const last = records.at(-1)
      if (last === undefined) break
      ahead = last.offset + 1 < to ? read(last.offset + 1) : undefined
      ahead?.catch(() => undefined)
      await worker.fold({
        tp,
        records,
        endOffset: to,
        heartbeat: async () => undefined,
        stopping: () => signal.aborted,
      })
      await worker.sweep(true)
      await generations.holdOn(partition, HOLD_MS)
      progress({ blocks: records.length, facts: factsIn(records) })
    }
    signal.throwIfAborted()
  }

  async #settle(
    partition: number,
    held: Held,
    tally: Tally,
    write: ((lease: Lease, settled: Settled) => Promise<Lease>) | undefined,
  ): Promise<Readonly<{ epoch: number; rescore: boolean }>> {
    const { next, serving, clock, vocabulary, generations, signal } = this.#deps
    const now = clock.now()
    let lease = await next.acquire(partition, { ...NEVER, now })
    const state = stateOf(lease)
    const { aliasMs, pseudonym } = this.#deps
    const engine: Engine = { partition, model: this.#deps.model().inUse, aliasMs, pseudonym }
    const work = (chunk: Chunk): Work => ({ engine, state, chunk, clock: now })
    tally.sent.serving += held.sent
    tally.sent.rebuilt += lease.sent
    tally.sources += differingSources(held.sources, lease.sources)
    const alive = async () => {
      signal.throwIfAborted()
      if (await generations.holdOn(partition, HOLD_MS)) return
      throw new LostPartition(`Partition ${partition}: it was held for too long.`)
    }
    const deps = { serving, next, vocabulary, work, partition, now, tally, alive }
    const rescore = await settleRows(deps, async (settled) => {
      if (write !== undefined) lease = await write(lease, settled)
    })
    // Positions at which there is nothing to read (markers, what retention took) count as folded.
    if (write !== undefined && lease.nextOffset !== held.nextOffset)
      lease = await this.#commit({ ...lease }, { rows: [], due: [], gone: [] }, held.nextOffset)
    return { epoch: lease.epoch, rescore }
  }

  #write(lease: Lease, settled: Settled): Promise<Lease> {
    if (settled.rows.length + settled.gone.length === 0) return Promise.resolve(lease)
    return this.#commit(lease, settled, lease.nextOffset)
  }

  async #commit(lease: Lease, { rows, due, gone }: Settled, nextOffset: number): Promise<Lease> {
    const { next, nextToken } = this.#deps
    const members = due.filter(([key]) => key.startsWith('m:'))
    const aliases = due.filter(([key]) => !key.startsWith('m:'))
    const answer = await next.commit(lease, {
      token: nextToken(),
      expectedOffset: lease.nextOffset,
      expectedRevision: lease.revision,
      nextOffset,
      sent: lease.sent,
      rows,
      rowsGone: gone,
      due: members.filter(([, at]) => at !== 0),
      dueGone: members.filter(([, at]) => at === 0).map(([key]) => key),
      aliasDue: aliases.filter(([, at]) => at !== 0),
      aliasDueGone: [...gone, ...aliases.filter(([, at]) => at === 0).map(([key]) => key)],
      sources: [],
      outbox: undefined,
      outboxGone: [],
    })
    if (answer !== 'applied' && answer !== 'repeated')
      throw new LostPartition(`Partition ${lease.partition}: another rebuild is at work on it.`)
    return { ...lease, nextOffset, revision: lease.revision + 1 }
  }
}

function nothingServes(partition: number): Fault {
  return new Fault(
    'rebuild/nothing',
    `Nothing is stored of partition ${partition} that could be compared: let scoring run first.`,
  )
}

function factsIn(records: readonly LogRecord[]): number {
  return records.reduce((sum, { value }) => sum + countFacts(value), 0)
}

/** A broken block was put aside whole. */
function countFacts(value: Buffer | null): number {
  try {
    return value === null ? 0 : factsInBlock(value)
  } catch {
    return 0
  }
}

function differingSources(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): number {
  return [...new Set([...a.keys(), ...b.keys()])].filter((field) => a.get(field) !== b.get(field)).length
}
