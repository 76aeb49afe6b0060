import type { EpochMs, Vocabulary } from '@perennial/member'
import { type Lease, type Log, type Outgoing, type PartitionStore, pause } from '@perennial/runtime'
import { STATE_TOPIC } from '@perennial/streams'
import { stateRecords } from './read.ts'
import { HEAD_KEY, headValue, readRowValue, rowValue, type SnapshotId } from './record.ts'

/** Rows read and appended together. */
const PAGE = 1_000
/** Between two pages, so that a snapshot takes little from the facts: 20,000 rows a second at most. */
const REST_MS = 50
const RETRY_MS = 60_000

/** Where the partition stands between two commits. */
export type Standpoint = Readonly<{ offset: number; sent: number; sources: Readonly<Record<string, string>> }>

export type SnapshotSettings = Readonly<{
  log: Pick<Log, 'append' | 'read' | 'startOffsets' | 'endOffsets'>
  /** How long between two snapshots of a partition; an owner's first is as late. */
  everyMs: number
  /** The signals of the rows. */
  vocabulary: Vocabulary
}>

type SnapshotDeps = Pick<SnapshotSettings, 'everyMs' | 'log'> &
  Readonly<{ store: Pick<PartitionStore, 'load' | 'scan' | 'rowCount' | 'standing'> }>

/**
 * Writes all rows of a partition to the log now and then, for as long as one owner has it. All of them each time: to
 * keep in mind which have changed would cost every commit more than this costs now and then.
 */
export class SnapshotWriter {
  readonly #deps: SnapshotDeps
  readonly #owner: Pick<Lease, 'partition' | 'epoch'>
  #id: SnapshotId
  #last: EpochMs
  #tried = -Infinity
  #cleared = false
  /** While a snapshot is under way: what has changed behind its back. */
  #dirty: Set<string> | undefined
  readonly #gone = new Set<string>()

  constructor(deps: SnapshotDeps, { partition, epoch }: Pick<Lease, 'partition' | 'epoch'>, since: EpochMs) {
    this.#deps = deps
    this.#owner = { partition, epoch }
    this.#id = { epoch, at: since }
    this.#last = since
  }

  /** What a commit has written, and what it has removed. */
  changed(rows: Iterable<readonly [key: string, row: Uint8Array]>, gone: Iterable<string>): void {
    if (this.#dirty !== undefined) for (const [key] of rows) this.#dirty.add(key)
    for (const key of gone) this.#gone.add(key)
  }

  /** True once per attempt: one that fails is made again a minute later, at the latest when the next is due. */
  isDue(now: EpochMs): boolean {
    const { everyMs } = this.#deps
    if (now - this.#last < everyMs || now - this.#tried < Math.min(everyMs, RETRY_MS)) return false
    this.#tried = now
    return true
  }

  /**
   * Begins one, with all rows page by page, while commits go on: what changes meanwhile is written once more. Ends early,
   * without a cut to follow, when `signal` aborts: answers undefined, else how many rows.
   */
  async begin(now: EpochMs, signal?: AbortSignal): Promise<number | undefined> {
    const { store } = this.#deps
    const { partition, epoch } = this.#owner
    this.#id = { epoch, at: now }
    const dirty = new Set<string>()
    this.#dirty = dirty
    if (!this.#cleared) await this.#clearOthers()
    let count = 0
    for (let cursor: string | undefined; cursor !== '0';) {
      if (cursor !== undefined && !(await pause(REST_MS, signal))) return undefined
      const page = await store.scan(partition, cursor ?? '0', PAGE)
      cursor = page.cursor
      count += page.rows.length
      await this.#append(page.rows.map(([key, row]) => ({ partition, key, value: rowValue(this.#id, row) })))
    }
    // So that little is left for the cut, for which commits wait.
    const behind = [...dirty]
    dirty.clear()
    await this.#appendRows(behind)
    return count + behind.length
  }

  /** What changed since, and the head; answers of how many rows. To be called where no commit is under way. */
  async cut(standpoint: Standpoint): Promise<number> {
    const { partition } = this.#owner
    const keys = [...new Set([...(this.#dirty ?? []), ...this.#gone])]
    await this.#appendRows(keys)
    const head = { ...this.#id, ...standpoint, rows: await this.#deps.store.rowCount(partition) }
    await this.#append([{ partition, key: HEAD_KEY, value: headValue(head) }])
    this.#dirty = undefined
    this.#gone.clear()
    this.#last = this.#id.at
    return keys.length
  }

  /** A former owner must not write over what his successor wrote: asked before each append, and readers know epochs. */
  async #append(records: readonly Outgoing[]): Promise<void> {
    const { partition, epoch } = this.#owner
    if (records.length === 0) return
    if ((await this.#deps.store.standing(partition))?.epoch !== epoch)
      throw new Error(`Partition ${partition} has another owner.`)
    await this.#deps.log.append(STATE_TOPIC, records)
  }

  async #appendRows(keys: readonly string[]): Promise<void> {
    const { partition } = this.#owner
    for (let at = 0; at < keys.length; at += PAGE) {
      const some = keys.slice(at, at + PAGE)
      const { rows } = await this.#deps.store.load(partition, some)
      await this.#append(some.map((key, n) => ({ partition, key, value: this.#valueOf(rows[n]) })))
    }
  }

  #valueOf(row: Uint8Array | null | undefined): Buffer | null {
    return row === null || row === undefined ? null : rowValue(this.#id, row)
  }

  /** Rows that went while nobody kept count of them, between two owners, would stay in the topic for ever. */
  async #clearOthers(): Promise<void> {
    const { partition, epoch } = this.#owner
    let others: string[] = []
    for await (const { key, value } of stateRecords(this.#deps.log, partition)) {
      if (key === null || value === null || key.toString() === HEAD_KEY) continue
      if (readRowValue(value)?.epoch !== epoch) others.push(key.toString())
      if (others.length < PAGE) continue
      await this.#clearAbsent(others)
      others = []
    }
    await this.#clearAbsent(others)
    this.#cleared = true
  }

  async #clearAbsent(keys: readonly string[]): Promise<void> {
    const { partition } = this.#owner
    const { rows } = await this.#deps.store.load(partition, keys)
    const absent = new Set(keys.filter((_, n) => rows[n] === null))
    await this.#append([...absent].map((key) => ({ partition, key, value: null })))
  }
}
