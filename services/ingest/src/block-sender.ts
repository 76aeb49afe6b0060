import { BlockWriter, type Fact, partitionFor } from '@perennial/member'
import { Fault, type Log, messageOf, type Outgoing, type TopicRecords } from '@perennial/runtime'

export type BlockSenderDeps = Readonly<{
  log: Pick<Log, 'appendMany'>
  topic: string
  partitions: number
  /** How long the first fact of a round waits for others, in ms. */
  lingerMs: number
  /** Called after each send with its facts, blocks and duration. */
  sent?(facts: number, blocks: number, ms: number): void
  now(): number
}>

/** A batch's way into the log. Throws once something sent before has failed: what follows must not overtake it. */
export type SendLane = Readonly<{
  fact(fact: Fact): void
  deadLetter(topic: string, letter: Outgoing): void
  /** Resolves when there is room for more. */
  room(): Promise<void>
  /** Resolves when everything given to this lane is in the log; rejects when it is not known to be. */
  flushed(): Promise<void>
}>

/** A round goes out at once when it holds this much; the next one fills while it is under way. */
const FULL_BLOCKS = 24
const FULL_LETTER_BYTES = 512 * 1024

type Round = {
  facts: number
  blocks: Outgoing[]
  letters: Map<string, Outgoing[]>
  letterBytes: number
  readonly done: PromiseWithResolvers<void>
}

/**
 * Packs facts into blocks, one writer per partition, and sends them in rounds: one send under way for the
 * whole process, strictly in order, and none after a failed one. Scoring relies on it: it drops what lies
 * at or below the highest source position it has seen, so a position must never arrive before a lower one.
 * After a failure everything not acknowledged is forgotten, and comes again from the log.
 */
export class BlockSender {
  readonly #deps: BlockSenderDeps
  readonly #writers: BlockWriter[]
  #round = newRound()
  #sending: Promise<void> | undefined
  #timer: NodeJS.Timeout | undefined
  /** Raised by every failure: lanes opened before it are dead. */
  #generation = 0
  #failure: unknown

  constructor(deps: BlockSenderDeps) {
    this.#deps = deps
    this.#writers = Array.from({ length: deps.partitions }, () => new BlockWriter())
  }

  open(): SendLane {
    const generation = this.#generation
    let last: Round | undefined
    const check = () => {
      if (generation !== this.#generation) throw overtaken(this.#failure)
    }
    return {
      fact: (fact) => {
        check()
        last = this.#addFact(fact)
      },
      deadLetter: (topic, letter) => {
        check()
        last = this.#addLetter(topic, letter)
      },
      room: async () => {
        while (this.#isFull() && this.#sending !== undefined) await this.#sending
        check()
      },
      flushed: async () => {
        check()
        await last?.done.promise
      },
    }
  }

  /** Waits for what is under way; what was never sent comes again. */
  async close(): Promise<void> {
    clearTimeout(this.#timer)
    while (this.#sending !== undefined) await this.#sending
    if (!isEmpty(this.#round)) this.#fail(new Error('Ingest is stopping.'))
  }

  #addFact(fact: Fact): Round {
    const partition = partitionFor(fact.subject, this.#deps.partitions)
    const writer = this.#writers[partition]
    if (writer === undefined) throw new Error(`There is no partition ${partition}.`)
    if (!writer.add(fact)) {
      this.#round.blocks.push({ partition, value: writer.finish() })
      writer.add(fact)
    }
    this.#round.facts++
    return this.#touched()
  }

  #addLetter(topic: string, letter: Outgoing): Round {
    const letters = this.#round.letters.get(topic)
    if (letters === undefined) this.#round.letters.set(topic, [letter])
    else letters.push(letter)
    this.#round.letterBytes += letter.value?.length ?? 0
    return this.#touched()
  }

  #touched(): Round {
    const round = this.#round
    if (this.#sending !== undefined) return round
    if (this.#isFull()) this.#send()
    else this.#timer ??= setTimeout(() => this.#send(), this.#deps.lingerMs)
    return round
  }

  #isFull(): boolean {
    return this.#round.blocks.length >= FULL_BLOCKS || this.#round.letterBytes >= FULL_LETTER_BYTES
  }

  #send(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#sending !== undefined || isEmpty(this.#round)) return
    const round = this.#round
    this.#round = newRound()
    for (const [partition, writer] of this.#writers.entries()) {
      if (writer.count > 0) round.blocks.push({ partition, value: writer.finish() })
    }
    this.#sending = this.#append(round).then(() => {
      this.#sending = undefined
      // What gathered meanwhile has waited long enough.
      this.#send()
    })
  }

  /** Never rejects: the round's own promise carries the failure to those who wait for it. */
  async #append(round: Round): Promise<void> {
    const startedAt = this.#deps.now()
    const batches: TopicRecords[] = [...round.letters].map(([topic, records]) => ({ topic, records }))
    if (round.blocks.length > 0) batches.push({ topic: this.#deps.topic, records: round.blocks })
    try {
      await this.#deps.log.appendMany(batches)
      this.#deps.sent?.(round.facts, round.blocks.length, this.#deps.now() - startedAt)
      round.done.resolve()
    } catch (error) {
      round.done.reject(error)
      this.#fail(error)
    }
  }

  #fail(error: unknown): void {
    this.#generation++
    this.#failure = error
    const lost = this.#round
    this.#round = newRound()
    for (const writer of this.#writers) if (writer.count > 0) writer.finish()
    lost.done.reject(overtaken(error))
  }
}

function newRound(): Round {
  const done = Promise.withResolvers<void>()
  // A round that nobody waits for any more may fail without ending the process.
  done.promise.catch(() => undefined)
  return { facts: 0, blocks: [], letters: new Map(), letterBytes: 0, done }
}

function isEmpty(round: Round): boolean {
  return round.facts === 0 && round.letters.size === 0
}

function overtaken(cause: unknown): Fault {
  return new Fault('ingest/send-failed', `Not sent, because a send before it failed: ${messageOf(cause)}`, {
    cause,
    retriable: true,
  })
}
