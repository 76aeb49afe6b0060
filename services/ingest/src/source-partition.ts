import { type EpochMs, idHash, STREAM_CODES, type Vocabulary } from '@perennial/member'
import type { LogRecord } from '@perennial/runtime'
import { type Intake, type MapContext, type SourceName, type Taken, undecodable } from '@perennial/streams'
import { Breaker } from './breaker.ts'
import { RecentIds } from './recent-ids.ts'

export type SourcePartitionDeps = Readonly<{
  intake: Intake
  hashEmail(address: string): string
  vocabulary: Vocabulary
  maxFutureMs: number
  /** The largest share of bad records that is accepted, 0 to 1. */
  badShare: number
  /** Schema ids that the registry will never know. */
  givenUp: ReadonlySet<number>
}>

/** `stop`: one bad record too many; it has not been handled. */
export type Judged = Taken | Readonly<{ kind: 'tombstone' }> | Readonly<{ kind: 'stop'; share: number }>

const GIVEN_UP = undecodable('Unknown-Violation', '', 'Its schema is one of DEAD_SCHEMA_IDS.')
const TOMBSTONE = { kind: 'tombstone' } as const

/**
 * What ingest remembers of one source partition: the ids of the latest records, and how many of them were bad.
 * All of it follows from the log, so that a record gets the same verdict whenever and by whomever it is judged.
 */
export class SourcePartition {
  /** The offset that follows the last one judged; undefined until the past has been read. */
  next: number | undefined
  readonly #deps: SourcePartitionDeps
  readonly #recent = new RecentIds()
  readonly #breaker: Breaker
  readonly #context: { -readonly [K in keyof MapContext]: MapContext[K] }
  readonly #source: { stream: number; partition: number; offset: number }
  #id = { hi: 0, lo: 0 }
  #hasId = false
  /** Below this offset no record is one too many. */
  #letGoUntil = 0

  constructor(name: SourceName, partition: number, deps: SourcePartitionDeps) {
    this.#deps = deps
    this.#breaker = new Breaker(deps.badShare)
    this.#source = { stream: STREAM_CODES[name], partition, offset: 0 }
    this.#context = {
      receivedAt: 0,
      source: this.#source,
      maxFutureMs: deps.maxFutureMs,
      hashEmail: deps.hashEmail,
      vocabulary: deps.vocabulary,
      // The id was hashed when it was looked for among the recent ones.
      hashId: () => this.#id,
    }
  }

  /** Forgets everything and takes in the records that stood before `next`, which is to be judged first. */
  recall(past: readonly LogRecord[], next: number): void {
    this.#recent.clear()
    this.#breaker.clear()
    for (const record of past) {
      const taken = this.#take(record)
      if (taken.kind !== 'unresolved') this.#remember(record.offset, taken)
    }
    this.next = next
  }

  /** The verdict on the next record. `unresolved` and `stop` leave everything as it was. */
  judge(record: LogRecord): Judged {
    const taken = this.#take(record)
    if (taken.kind === 'unresolved') return taken
    if (taken.kind === 'dead' && record.offset >= this.#letGoUntil && this.#breaker.wouldTrip())
      return { kind: 'stop', share: this.#breaker.share }
    this.#remember(record.offset, taken)
    this.next = record.offset + 1
    return taken
  }

  /** Whether the latest records were good, and enough of them that what was bad before no longer counts. */
  get goodAgain(): boolean {
    return this.#breaker.goodAgain
  }

  /** Good records in a row end before `until`: none before them stops the partition any more. */
  letGo(until: number): void {
    this.#letGoUntil = until
  }

  /** Arrow: it is handed to the intake for every record. */
  readonly #isRepeated = (eventId: string): boolean => {
    this.#id = idHash(eventId)
    this.#hasId = true
    return this.#recent.has(this.#source.offset, this.#id.hi, this.#id.lo)
  }

  #take({ offset, value, timestamp }: LogRecord): Taken | typeof TOMBSTONE {
    this.#hasId = false
    if (value === null) return TOMBSTONE
    this.#source.offset = offset
    this.#context.receivedAt = timestamp satisfies EpochMs
    const taken = this.#deps.intake(value, this.#context, this.#isRepeated)
    return taken.kind === 'unresolved' && this.#deps.givenUp.has(taken.id) ? GIVEN_UP : taken
  }

  #remember(offset: number, taken: Taken | typeof TOMBSTONE): void {
    const bad = taken.kind === 'dead'
    this.#breaker.add(bad)
    // A bad record does not count as seen: repaired, it comes again under the same id.
    if (this.#hasId && !bad) this.#recent.add(offset, this.#id.hi, this.#id.lo)
  }
}
