import type { EpochMs } from '@perennial/member'
import {
  type AcquireCommands,
  acquirePartition,
  type Change,
  type Clock,
  type CommitAnswer,
  LAYOUT,
  type Lease,
  type PartitionStore,
  type Reach,
} from '@perennial/runtime'

/**
 * What keeps the state right; a test takes one away to show what it is for. `begin`: a partition is begun by what is
 * there then, and by its owner. `clock`: epochs rise with it.
 */
export const STORE_GUARDS = ['epoch', 'token', 'offset', 'revision', 'begin', 'clock'] as const

export type StoreGuard = (typeof STORE_GUARDS)[number]

type Table = {
  fence: Record<string, string>
  rows: Map<string, Buffer>
  due: Map<string, EpochMs>
  aliasDue: Map<string, EpochMs>
  outbox: Map<number, Buffer>
  sources: Record<string, string>
}

/** Reaches the store from one process: `send` lets a command happen, now or later, with an answer or without. */
export type Send = <T>(what: string, command: () => T) => Promise<T>

/**
 * The partition store in memory, command by command as the one in Redis does
 * it; test/contract/partition-store.features.ts holds one against the other.
 * It can go back to what it was, as a Redis does that has lost its latest second.
 */
export class MemoryPartitionStore {
  readonly #clock: Clock
  readonly #without: ReadonlySet<StoreGuard>
  readonly #onApplied: (lease: Lease, change: Change) => void
  /** Whether nothing was stored when an epoch began: without its guard, `begin` goes by that. */
  readonly #unbegun = new Map<number, boolean>()
  #tables = new Map<number, Table>()
  #saved = new Map<number, Table>()

  /** `clock` is the store's own. `onApplied` hears of every commit at the moment it takes effect. */
  constructor(
    clock: Clock,
    without: readonly StoreGuard[] = [],
    onApplied = (_lease: Lease, _change: Change): void => {},
  ) {
    this.#clock = clock
    this.#without = new Set(without)
    this.#onApplied = onApplied
  }

  /** What is stored now survives a loss. */
  save(): void {
    this.#saved = copied(this.#tables)
  }

  /** Back to what was saved last. */
  loseLatest(): void {
    this.#tables = copied(this.#saved)
  }

  loseEverything(): void {
    this.#tables = new Map()
    this.#saved = new Map()
  }

  /** The row of a subject; undefined = none. */
  row(partition: number, key: string): Buffer | undefined {
    return this.#table(partition).rows.get(key)
  }

  /** The time of a member in the due-index; undefined = none. */
  dueAt(partition: number, key: string): EpochMs | undefined {
    return this.#table(partition).due.get(key)
  }

  epoch(partition: number): number {
    return Number(this.#table(partition).fence['e'] ?? 0)
  }

  /** As a process sees it. */
  reachedBy(send: Send): PartitionStore {
    const acquiring = this.#acquireCommands(send)
    return {
      acquire: (partition: number, reach: Reach) => acquirePartition(acquiring, partition, reach),
      standing: (partition) => send('standing', () => standingOf(this.#table(partition))),
      load: (partition, keys) =>
        send('load', () => {
          const table = this.#table(partition)
          return { rows: keys.map((key) => table.rows.get(key) ?? null), standing: standingOf(table) }
        }),
      commit: (lease, change) => send('commit', () => this.#commit(lease, change)),
      // All in one page: no order is promised.
      scan: (partition) =>
        send('scan', () => {
          const table = this.#table(partition)
          return { cursor: '0', rows: [...table.rows], standing: standingOf(table) }
        }),
      rowCount: (partition) => send('row count', () => this.#table(partition).rows.size),
      markScored: ({ partition, epoch }, model) =>
        send('mark scored', () => {
          const { fence } = this.#table(partition)
          if (fence['e'] !== String(epoch)) return false
          fence['m'] = String(model)
          return true
        }),
      scoredBy: (partition) => send('scored by', () => Number(this.#table(partition).fence['m'] ?? 0)),
      due: (partition, until, limit) => send('due', () => dueSubjects(this.#table(partition), until, limit)),
      dueCounts: (partition) =>
        send('due counts', () => {
          const { due, aliasDue } = this.#table(partition)
          return { members: due.size, aliases: aliasDue.size }
        }),
      aliasesBeyond: (partition, keep, limit) =>
        send('aliases beyond', () => {
          const { aliasDue } = this.#table(partition)
          return keysByTime(aliasDue).slice(0, Math.max(0, Math.min(aliasDue.size - keep, limit)))
        }),
    }
  }

  #acquireCommands(send: Send): AcquireCommands {
    return {
      raiseEpoch: (partition) =>
        send('raise epoch', () => {
          const { fence } = this.#table(partition)
          const next = Number(fence['e'] ?? 0) + 1
          const epoch = this.#without.has('clock') ? next : Math.max(next, this.#clock.now())
          fence['e'] = String(epoch)
          this.#unbegun.set(epoch, fence['o'] === undefined)
          return epoch
        }),
      begin: (partition, { epoch, heard, now }) =>
        send('begin', () => {
          const { fence } = this.#table(partition)
          const atOnce = !this.#without.has('begin')
          if (fence['e'] !== String(epoch) && atOnce) return undefined
          const fresh = fence['o'] === undefined || (!atOnce && this.#unbegun.get(epoch) === true)
          const known = Math.max(Number(fence['o'] ?? 0), Number(fence['r'] ?? 0))
          if (fresh) Object.assign(fence, { o: '0', n: '0', v: LAYOUT })
          if (heard > known) Object.assign(fence, { r: String(heard), l: String(now) })
          return { fresh, fence: { ...fence } }
        }),
      contents: (partition) =>
        send('contents', () => {
          const { sources, outbox, due, aliasDue } = this.#table(partition)
          return {
            sources: { ...sources },
            outbox: Array.from(outbox, ([sequence, value]) => ({ sequence, value })),
            earliestDue: Math.min(earliest(due), earliest(aliasDue)),
          }
        }),
    }
  }

  #commit(lease: Lease, change: Change): CommitAnswer {
    const { partition, epoch } = lease
    const table = this.#table(partition)
    const { fence } = table
    const off = this.#without
    if (fence['e'] !== String(epoch) && !off.has('epoch')) return 'fenced'
    if (fence['t'] === change.token && !off.has('token')) return 'repeated'
    if (fence['o'] !== String(change.expectedOffset) && !off.has('offset')) return 'conflict'
    if ((fence['c'] ?? '0') !== String(change.expectedRevision) && !off.has('revision')) return 'conflict'
    for (const [key, row] of change.rows) table.rows.set(key, Buffer.from(row))
    for (const key of change.rowsGone) table.rows.delete(key)
    for (const [key, at] of change.due) table.due.set(key, at)
    for (const key of change.dueGone) table.due.delete(key)
    for (const [key, at] of change.aliasDue) table.aliasDue.set(key, at)
    for (const key of change.aliasDueGone) table.aliasDue.delete(key)
    for (const [field, value] of change.sources) table.sources[field] = value
    for (const sequence of change.outboxGone) table.outbox.delete(sequence)
    if (change.outbox !== undefined) table.outbox.set(change.outbox.sequence, Buffer.from(change.outbox.value))
    const revision = String(Number(fence['c'] ?? 0) + 1)
    Object.assign(fence, { o: String(change.nextOffset), t: change.token, n: String(change.sent), c: revision })
    this.#onApplied(lease, change)
    return 'applied'
  }

  #table(partition: number): Table {
    let table = this.#tables.get(partition)
    if (table === undefined) {
      table = { fence: {}, rows: new Map(), due: new Map(), aliasDue: new Map(), outbox: new Map(), sources: {} }
      this.#tables.set(partition, table)
    }
    return table
  }
}

function copied(tables: ReadonlyMap<number, Table>): Map<number, Table> {
  return new Map(
    Array.from(tables, ([partition, { fence, rows, due, aliasDue, outbox, sources }]) => [
      partition,
      {
        fence: { ...fence },
        rows: new Map(rows),
        due: new Map(due),
        aliasDue: new Map(aliasDue),
        outbox: new Map(outbox),
        sources: { ...sources },
      },
    ]),
  )
}

function standingOf({ fence }: Table) {
  return fence['o'] === undefined
    ? undefined
    : { epoch: Number(fence['e']), nextOffset: Number(fence['o']), revision: Number(fence['c'] ?? 0) }
}

function dueSubjects(table: Table, until: EpochMs, limit: number) {
  const { due, aliasDue } = table
  const by = (times: ReadonlyMap<string, EpochMs>) =>
    earliest(times) > until ? [] : keysByTime(times, until).slice(0, limit)
  const [members, aliases] = [by(due), by(aliasDue)]
  const next = members.length + aliases.length > 0 ? -Infinity : Math.min(earliest(due), earliest(aliasDue))
  return { members, aliases, next, standing: standingOf(table) }
}

/** As a sorted set has them: by time, then by the bytes of the key. */
function keysByTime(times: ReadonlyMap<string, EpochMs>, until = Infinity): string[] {
  return [...times]
    .filter(([, at]) => at <= until)
    .toSorted(([a, x], [b, y]) => x - y || Buffer.compare(Buffer.from(a), Buffer.from(b)))
    .map(([key]) => key)
}

function earliest(times: ReadonlyMap<string, EpochMs>): EpochMs {
  let first = Infinity
  for (const at of times.values()) if (at < first) first = at
  return first
}
