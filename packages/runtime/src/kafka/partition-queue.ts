import type { EpochMs } from '@perennial/member'
import { Fault } from '../fault.ts'
import { type Deferred, deferred } from '../log/deferred.ts'
import { tpKey } from '../log/topic-partition.ts'
import type { Outgoing, TopicPartition } from '../ports.ts'
import { encodeRecordBatch } from './record-batch.ts'

/** Records of one append to one partition. */
type Waiting = Readonly<{ records: readonly Outgoing[]; done: Deferred<void> }> & { next: number }

/** Appends are put together to one batch up to this many records; one that is larger goes by itself. */
const MERGED_RECORDS = 2_000

/**
 * What waits to be appended to one partition, in order. One batch is under way at a time, and what comes meanwhile goes
 * into the next one together. When a batch fails, all that waits fails: sending it would leave a gap in the order.
 */
export class PartitionQueue {
  readonly tp: TopicPartition
  readonly key: string
  readonly #waiting: Waiting[] = []
  /** Records of the batch under way. */
  #underWay = 0

  constructor(tp: TopicPartition) {
    this.tp = tp
    this.key = tpKey(tp)
  }

  /** Something waits, and nothing is under way. */
  get ready(): boolean {
    return this.#underWay === 0 && this.#waiting.length > 0
  }

  get empty(): boolean {
    return this.#waiting.length === 0
  }

  /** Resolves when all of them are stored. */
  add(records: readonly Outgoing[]): Promise<void> {
    const done = deferred<void>()
    this.#waiting.push({ records, done, next: 0 })
    return done.promise
  }

  /** The next batch, which is under way from now on. Only when `ready`. */
  take(now: EpochMs): Buffer {
    const [first] = this.#waiting
    const alone = first !== undefined && (this.#waiting.length === 1 || left(first) >= MERGED_RECORDS)
    const from = alone ? first.next : 0
    const { bytes, next } = encodeRecordBatch(alone ? first.records : this.#merged(), from, now)
    this.#underWay = next - from
    return bytes
  }

  /** The batch under way is stored. */
  stored(): void {
    while (this.#underWay > 0) {
      const [first] = this.#waiting
      if (first === undefined) return
      const count = Math.min(left(first), this.#underWay)
      first.next += count
      this.#underWay -= count
      if (left(first) > 0) continue
      this.#waiting.shift()
      first.done.resolve()
    }
  }

  /** The batch under way was refused. */
  failed(error: unknown): void {
    for (const one of this.#waiting.splice(0)) {
      one.done.reject(this.#underWay > 0 ? error : behind(error))
      this.#underWay = Math.max(0, this.#underWay - left(one))
    }
  }

  #merged(): Outgoing[] {
    const records: Outgoing[] = []
    for (const one of this.#waiting) {
      if (records.length > 0 && records.length + left(one) > MERGED_RECORDS) break
      for (let i = one.next; i < one.records.length; i++) {
        const record = one.records[i]
        if (record !== undefined) records.push(record)
      }
    }
    return records
  }
}

function left({ records, next }: Waiting): number {
  return records.length - next
}

function behind(cause: unknown): Fault {
  return new Fault('log/append-behind-failure', 'Not appended: an earlier append to the same partition failed.', {
    cause,
    retriable: true,
  })
}
