import type { Batch, LogRecord, TopicPartition } from '../ports.ts'
import { tpKey } from './topic-partition.ts'

/** A batch as an adapter has it, before it is known whether the position wants it. */
export type Delivery = Readonly<{
  records: readonly LogRecord[]
  endOffset: number
  /** Where to go on once all of it is done; beyond the last record where the log holds markers of its own. */
  nextOffset: number
  /** Tells the log we live. A throw means the partition is lost, or about to be. */
  heartbeat(): Promise<void>
  /** The consumption as a whole is coming to an end, or a rebalance waits for us. */
  interrupted(): boolean
}>

/** `done`: the position moved on. `again`: deliver from `next`. `moved`: a seek or a loss decided otherwise. */
export type Outcome =
  | Readonly<{ kind: 'done' | 'again' | 'moved' }>
  | Readonly<{ kind: 'failed'; error: unknown; attempt: number }>

/** One partition while this member owns it: its position, and the rules for moving it. The same for every adapter. */
export class OwnedPartition {
  readonly tp: TopicPartition
  readonly key: string
  /** The next offset to deliver. Meaningless before `ready`. */
  next = 0
  /** `onAssigned` has answered and `next` holds. */
  ready = false
  /** Ownership is over: nothing this object does counts any more. */
  revoked = false
  /** Paused by the owner of the consumption. */
  paused = false
  /** Paused by us, after a failure. */
  backingOff = false
  running = false
  /** The end of the partition as last seen. */
  end: number | undefined
  /** Last sign of progress, in ms of the adapter's own measure. */
  progressAt = 0
  /** Rises with every seek: what was begun before it no longer counts. */
  turn = 0
  #asked = -1
  #failures = 0

  constructor(tp: TopicPartition) {
    this.tp = tp
    this.key = tpKey(tp)
  }

  start(position: number, end: number | undefined): void {
    this.next = position
    this.end = end
    this.ready = true
  }

  /** Everything below `offset` has been reported as done. */
  asked(offset: number): void {
    this.#asked = Math.max(this.#asked, offset)
  }

  seek(offset: number): void {
    this.turn += 1
    this.#asked = -1
    this.next = offset
  }

  get idle(): boolean {
    return !this.ready || this.paused || this.backingOff
  }

  get lag(): number | undefined {
    return !this.ready || this.end === undefined ? undefined : Math.max(0, this.end - this.next)
  }

  /** Hands one batch over and moves the position by what came of it. Never throws. */
  async deliver(delivery: Delivery, onBatch: (batch: Batch) => Promise<void>, now: () => number): Promise<Outcome> {
    const { turn } = this
    let sawStop = false
    this.end = delivery.endOffset
    this.running = true
    this.progressAt = now()
    let failure: { error: unknown } | undefined
    try {
      await onBatch({
        tp: this.tp,
        records: delivery.records,
        endOffset: delivery.endOffset,
        heartbeat: async () => {
          this.progressAt = now()
          await delivery.heartbeat()
        },
        stopping: () => (sawStop ||= this.revoked || this.turn !== turn || delivery.interrupted()),
      })
    } catch (error) {
      failure = { error }
    } finally {
      this.running = false
    }
    if (this.revoked || this.turn !== turn) return { kind: 'moved' }
    if (failure === undefined && !sawStop) {
      this.#failures = 0
      this.next = Math.max(this.next, delivery.nextOffset)
      return { kind: 'done' }
    }
    // A handler that saw the stop may have returned half-way: only what it committed is known to be done.
    this.next = Math.max(this.next, this.#asked)
    if (failure === undefined || delivery.interrupted()) return { kind: 'again' }
    this.#failures += 1
    return { kind: 'failed', error: failure.error, attempt: this.#failures - 1 }
  }
}
