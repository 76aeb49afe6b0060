import type { Log, LogRecord, TopicPartition } from '@perennial/runtime'
import { readPast } from './past.ts'
import type { SchemaCache } from './schema-cache.ts'
import type { Judged, SourcePartition } from './source-partition.ts'

/**
 * How many offsets behind the record that a partition was stopped at are looked at. So many records are set aside at
 * one release at most; of more a person decides.
 */
export const REACH = 100_000

/** Records judged at a time: a few milliseconds of work. */
const PAGE = 1_000

/** `until`: the offset behind the run of good records. `bad`: how many bad ones stand before it. */
export type Sight =
  | Readonly<{ kind: 'good-again'; until: number; bad: number }>
  | Readonly<{ kind: 'not-yet' }>
  | Readonly<{ kind: 'too-far' }>

export type LookAheadDeps = Readonly<{
  log: Pick<Log, 'read' | 'startOffsets'>
  schemas: Pick<SchemaCache, 'learn' | 'learnAll'>
}>

/**
 * Reads on behind the record that a partition was stopped at, until enough good ones stand in a row. It only reads:
 * nothing is sent, and the partition keeps its place. `scout` judges as the partition itself will, since both
 * remember what the log says stood before; it must know nothing yet, and never stop.
 */
export class LookAhead {
  readonly #deps: LookAheadDeps
  readonly #tp: TopicPartition
  readonly #from: number
  readonly #scout: SourcePartition
  #bad = 0

  constructor(deps: LookAheadDeps, tp: TopicPartition, from: number, scout: SourcePartition) {
    this.#deps = deps
    this.#tp = tp
    this.#from = from
    this.#scout = scout
  }

  /** Goes on where the look before it ended. Throws when the log or the registry does not answer: look again later. */
  async look(signal: AbortSignal): Promise<Sight> {
    let next = this.#scout.next ?? (await this.#recall())
    while (!signal.aborted) {
      const sight = await this.#page(next)
      if (sight !== undefined) return sight
      next = this.#scout.next ?? next
    }
    return { kind: 'not-yet' }
  }

  async #recall(): Promise<number> {
    const past = await readPast(this.#deps.log, this.#tp, this.#from)
    await this.#deps.schemas.learnAll(past)
    this.#scout.recall(past, this.#from)
    return this.#from
  }

  async #page(from: number): Promise<Sight | undefined> {
    const records = await this.#deps.log.read(this.#tp, from, PAGE)
    for (const record of records) {
      if (record.offset - this.#from >= REACH) return { kind: 'too-far' }
      const kind = await this.#judge(record)
      // Nobody knows yet whether it is a good one.
      if (kind === 'unresolved') return { kind: 'not-yet' }
      if (kind === 'dead') this.#bad++
      if (this.#scout.goodAgain) return { kind: 'good-again', until: record.offset + 1, bad: this.#bad }
    }
    return records.length === 0 ? { kind: 'not-yet' } : undefined
  }

  /** The registry is asked for one unknown schema at most: behind it nothing is judged. */
  async #judge(record: LogRecord): Promise<Judged['kind']> {
    const judged = this.#scout.judge(record)
    if (judged.kind !== 'unresolved') return judged.kind
    return (await this.#deps.schemas.learn(judged.id)) ? this.#scout.judge(record).kind : judged.kind
  }
}
