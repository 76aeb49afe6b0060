import { DAY_MS, partitionFor, type SubjectKey } from '@perennial/member'
import { createScorer, starterModel } from '@perennial/risk'
import type { Change, Lease, LogRecord, Outgoing, PartitionStore } from '@perennial/runtime'
import { topicOf } from '@perennial/streams'
import { MemoryPartitionStore, quietLogger, type Send, settableClock, type StoreGuard } from '@perennial/testkit'
import { activeModels } from '../active-model.ts'
import { createChunkPool } from '../chunk-pool.ts'
import { createHearing } from '../hearing.ts'
import { unpackOutbox } from '../outbox.ts'
import { ACTIVITY_TOPIC } from '../scoring.ts'
import { LostPartition } from '../standing.ts'
import type { Telemetry } from '../telemetry.ts'
import { type Breakage, believingAll, publishingFirst } from './breakages.ts'
import { type Caller, drained, Network } from './network.ts'
import { type ProcessDeps, ScoringProcess } from './scoring-process.ts'
import { MEMBERS, Sources } from './sources.ts'

export const PARTITIONS = 2
const PROCESSES = 2
const T0 = Date.UTC(2026, 0, 1)
/** An alias's past counts for longer than a schedule may last. */
const ALIAS_MS = 400 * DAY_MS
const MOST_MS = 300 * DAY_MS
const RISK_TOPIC = topicOf('member-risk')

const scorer = createScorer(starterModel())
const models = { current: scorer, shadow: undefined, previous: undefined }
const model = activeModels(() => models, 1)
/** A commit touches few subjects, and thousands of schedules share the working sets. */
const chunks = createChunkPool(scorer.vocabulary, 64)
const logger = quietLogger()
/** Nobody is erased here. */
const hearing = createHearing({ barOf: () => 0, size: 0 })

/** A record of member-risk as it was published. */
export type Published = Readonly<{ id: string; memberId: string; value: Buffer }>

/** Two scoring processes, their log, their store and their clock: nothing happens but what a schedule says. */
export class World {
  readonly network = new Network()
  readonly sources = new Sources(PARTITIONS)
  readonly clock = settableClock(T0)
  readonly store: MemoryPartitionStore
  readonly processes: ScoringProcess[] = []
  readonly published: Published[] = []
  /** What broke a law at the moment it happened. */
  readonly broken: string[] = []
  /** A sweep that had said something was lost with its state: see `saidOtherwise`. */
  sweepLost = false
  /** Only what a client does by itself happened: nobody may have lost a partition. */
  calm = true
  readonly #without: ReadonlySet<Breakage>
  readonly #logs: LogRecord[][] = Array.from({ length: PARTITIONS }, () => [])
  readonly #owners: (ScoringProcess | undefined)[] = []
  readonly #positions: (number | undefined)[] = Array.from({ length: PARTITIONS }, () => undefined)
  readonly #committed = new Set<string>()
  readonly #epochs = new Set<string>()
  #started = 0
  /** Sweeps that had something to say, all and up to what was saved last. */
  #swept = 0
  #sweptSaved = 0

  constructor(without: readonly Breakage[] = []) {
    this.#without = new Set(without)
    const guards = without.filter((one): one is StoreGuard => one !== 'outbox' && one !== 'standing')
    this.store = new MemoryPartitionStore(this.clock, guards, (lease, change) => this.#applied(lease, change))
    for (let n = 0; n < PROCESSES; n++) this.restart(n)
    for (let partition = 0; partition < PARTITIONS; partition++) this.assign(partition, partition)
  }

  process(n: number): ScoringProcess {
    const found = this.processes[n % PROCESSES]
    if (found === undefined) throw new Error('There are no processes.')
    return found
  }

  records(partition: number): readonly LogRecord[] {
    return this.#logs[partition] ?? []
  }

  row(subject: SubjectKey): Buffer | undefined {
    return this.store.row(partitionFor(subject, PARTITIONS), subject)
  }

  append(partition: number, value: Uint8Array): void {
    const log = this.#logs[partition] ?? []
    const timestamp = this.clock.now()
    log.push({ offset: log.length, key: null, value: Buffer.from(value), headers: undefined, timestamp })
  }

  /** The group gives a partition to a process; whoever had it does not hear of it by that. */
  assign(partition: number, n: number): void {
    const to = this.process(n)
    this.#owners[partition] = to
    to.take(partition)
  }

  owner(partition: number): ScoringProcess | undefined {
    return this.#owners[partition]
  }

  /** Everybody hears of what is no longer theirs. */
  tell(): void {
    for (const process of this.processes)
      for (let partition = 0; partition < PARTITIONS; partition++)
        if (this.#owners[partition] !== process) process.lose(partition)
  }

  /** Kill -9, where it ran, and a new process in its place, which is given what the old one had. */
  restart(n: number): void {
    const place = n % PROCESSES
    const old = this.processes[place]
    if (old !== undefined) {
      old.alive = false
      this.network.died(old)
    }
    const next = new ScoringProcess(`p${place}.${this.#started++}`, (caller) => this.#processDeps(caller))
    this.processes[place] = next
    for (const [partition, owner] of this.#owners.entries()) if (owner === old && old) this.assign(partition, place)
  }

  advance(ms: number): void {
    this.clock.set(Math.min(T0 + MOST_MS, this.clock.now() + ms))
  }

  save(): void {
    this.store.save()
    this.#sweptSaved = this.#swept
  }

  /** The store loses state. It cannot do so and be back within a millisecond: epochs rise with the clock. */
  lose(what: 'latest' | 'everything'): void {
    this.sweepLost ||= this.#swept !== (what === 'latest' ? this.#sweptSaved : 0)
    if (what === 'latest') this.store.loseLatest()
    else this.store.loseEverything()
    this.clock.advance(1_000)
  }

  /** As it is on a usual day: everybody has joined, and what that makes is known. */
  async open(): Promise<void> {
    for (const who of MEMBERS.keys()) this.sources.produce(who, 0, this.clock.now())
    this.sources.ingest(2, MEMBERS.length, (partition, block) => this.append(partition, block))
    this.sources.commit()
    await this.#flow()
    this.#poll()
    await this.#flow()
  }

  async #flow(): Promise<void> {
    for (await drained(); this.network.waiting > 0; await drained()) this.network.deliver(0)
  }

  /** The faults are over: everything is delivered, read and swept, until nothing more happens. False: it never comes to rest. */
  async settle(): Promise<boolean> {
    this.sources.crash()
    for (let n = 0; n < 3; n++) this.sources.ingest(n, 100, (partition, block) => this.append(partition, block))
    this.tell()
    let quiet = 0
    for (let left = 3_000; left > 0 && quiet < 3; left--) {
      await drained()
      if (this.network.waiting > 0) this.network.deliver(0)
      else if (this.#poll()) quiet = 0
      else if (this.processes.every(({ idle }) => idle)) {
        quiet++
        this.#look(quiet === 1)
      }
    }
    return quiet === 3 && this.network.waiting === 0
  }

  /** What is done regularly: first what is stored is looked at, then, with a calm clock, whoever is due. */
  #look(atTheStore: boolean): void {
    this.clock.advance(1_000)
    for (const process of this.processes)
      if (atTheStore) process.verify()
      else process.sweep(false)
  }

  #poll(): boolean {
    const began = this.processes.map((process) =>
      [...this.#logs.keys()].map((partition) => process.poll(partition, 100)).includes(true),
    )
    return began.includes(true)
  }

  #applied({ partition, epoch }: Lease, { outbox, expectedOffset, nextOffset }: Change): void {
    if (nextOffset === expectedOffset && outbox !== undefined) this.#swept++
    if (epoch !== this.store.epoch(partition)) this.broken.push(`partition ${partition}: a former owner changed it`)
    if (outbox === undefined) return
    for (const { headers } of unpackOutbox(outbox.value, partition).risks)
      this.#committed.add(String(headers?.['ce_id']))
  }

  #append(topic: string, records: readonly Outgoing[]): void {
    if (topic === ACTIVITY_TOPIC) for (const { partition, value } of records) this.append(partition, value ?? NOTHING)
    else if (topic === RISK_TOPIC) for (const record of records) this.#publish(record)
    else this.broken.push(`${records.length} facts went to ${topic}`)
  }

  #publish({ headers, value }: Outgoing): void {
    const id = String(headers?.['ce_id'])
    if (!this.#committed.has(id)) this.broken.push(`${id} was published before it was committed`)
    this.published.push({ id, memberId: String(headers?.['ce_subject']), value: Buffer.from(value ?? NOTHING) })
  }

  #processDeps(caller: Caller): ProcessDeps {
    const send: Send = (what, command) => this.network.send(caller, what, command)
    const append = (topic: string, records: readonly Outgoing[]) =>
      send(`append ${topic}`, () => this.#append(topic, records))
    return {
      scoring: {
        store: this.#storeFor(send, append),
        clock: this.clock,
        telemetry: this.#telemetry(),
        log: {
          append,
          startOffsets: () => Promise.resolve(this.#logs.map(() => 0)),
          committed: () => send('read positions', () => [...this.#positions]),
        },
        logger,
        group: 'scoring',
        model,
        shadows: { wants: () => false, note: () => Promise.resolve() },
        outcomes: { record: () => Promise.resolve(0) },
        aliasMs: ALIAS_MS,
        maxAliases: 1_000,
        partitions: PARTITIONS,
        putAside: (_, [fact]) => Promise.resolve(void this.broken.push(`a fact could not be folded: ${fact?.reason}`)),
        foldedHistory: () => undefined,
        chunks,
        openBlock: (value) => value,
        hearing,
        pseudonym: String,
      },
      records: (partition) => this.records(partition),
      commit: (partition, nextOffset) =>
        send('write position', () => {
          if (this.#owners[partition] === caller) this.#positions[partition] = nextOffset
        }),
      unexpected: (error) => {
        if (error instanceof LostPartition || (error instanceof Error && error.message.includes('took it over'))) return
        this.broken.push(`unexpected: ${error instanceof Error ? error.stack : String(error)}`)
      },
    }
  }

  #storeFor(send: Send, append: (topic: string, records: readonly Outgoing[]) => Promise<void>): PartitionStore {
    const reached = this.store.reachedBy(send)
    const store: PartitionStore = {
      ...reached,
      acquire: async (partition, reach) => {
        const lease = await reached.acquire(partition, reach)
        const name = `${partition}.${lease.epoch}`
        if (this.#epochs.has(name)) this.broken.push(`partition ${partition}: epoch ${lease.epoch} has two owners`)
        this.#epochs.add(name)
        return lease
      },
    }
    if (this.#without.has('standing')) return believingAll(store)
    return this.#without.has('outbox') ? publishingFirst(store, (risks) => append(RISK_TOPIC, risks)) : store
  }

  #telemetry(): Telemetry {
    return { ...SILENT, lost: () => void (this.calm && this.broken.push('a partition was given up for no reason')) }
  }
}

const NOTHING = Buffer.alloc(0)

const SILENT: Telemetry = {
  folded: () => undefined,
  swept: () => undefined,
  committed: () => undefined,
  rescored: () => undefined,
  snapshotted: () => undefined,
  notCompared: () => undefined,
  gap: () => undefined,
  lost: () => undefined,
  owned: () => undefined,
}
