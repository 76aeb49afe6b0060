import {
  applyFact,
  type Chunk,
  DUE,
  modelInUse,
  newChunk,
  newPartitionState,
  placeFor,
  sweepMember,
  type Work,
} from '@perennial/engine'
import {
  BlockWriter,
  type EpochMs,
  type Fact,
  FactCursor,
  isMemberKey,
  memberIdOf,
  memberKey,
  type Rows,
  slot,
  SLOT,
  type SubjectKey,
} from '@perennial/member'
import type { Scorer } from '@perennial/risk'
import { riskRecordOf } from '@perennial/scoring'
import type { MemberRiskV1 } from '@perennial/streams'
import { TimeHeap } from './time-heap.ts'

export type PopulationOptions = Readonly<{
  subjects: readonly SubjectKey[]
  scorer: Scorer
  /** How long before a link an alias's last activity may lie and still count for the member. */
  aliasMs: number
}>

/** A fact, and the place of its subject. */
export type Placed = Readonly<{ fact: Fact; place: number }>

/**
 * Everybody's rows in one scoring partition, all loaded: folded, scored and swept by the engine that does it live, each
 * look at the instant it falls due.
 */
export class Population {
  readonly #chunk: Chunk
  readonly #work: Work
  readonly #names: Readonly<{ modelId: string; contributionNames: readonly string[] }>
  readonly #writer = new BlockWriter()
  readonly #dues = new TimeHeap<number>()
  readonly #views = new Map<string, Rows>()
  #folded = 0

  constructor({ subjects, scorer, aliasMs }: PopulationOptions) {
    this.#chunk = newChunk(Math.max(1, subjects.length), scorer.vocabulary)
    for (const subject of subjects) placeFor(this.#chunk, subject)
    // Who was erased is not among the facts, so that nobody has to be known by a pseudonym.
    const engine = { partition: 0, model: modelInUse(scorer), aliasMs, pseudonym: (key: string) => key }
    this.#work = { engine, state: newPartitionState(), chunk: this.#chunk }
    // What a risk is made of is asked by no play.
    this.#names = { modelId: scorer.model.id, contributionNames: [] }
  }

  /** When somebody's risk may next cross a band, or a date of theirs come; Infinity: never. */
  get nextDue(): EpochMs {
    return this.#dues.next
  }

  /** Whether risks were made known that nobody has taken. */
  get hasNews(): boolean {
    return this.#chunk.risks.length > 0
  }

  /** Folds facts in order. `before` is called before each with its time; where it answers a promise, that is waited for. */
  async fold(facts: readonly Placed[], before?: (at: EpochMs) => Promise<void> | undefined): Promise<void> {
    for (let next = 0; next < facts.length;) {
      const first = next
      while (next < facts.length && this.#add(facts[next])) next++
      const cursor = new FactCursor(this.#writer.finish())
      for (const { place } of facts.slice(first, next)) {
        cursor.next()
        const waits = before?.(cursor.at)
        if (waits !== undefined) await waits
        this.#apply(place, cursor)
        if (this.#chunk.forwards.length > 0) this.#deliver()
      }
    }
  }

  /** Lets time pass for everybody who is due by then. */
  sweep(until: EpochMs): void {
    for (let due = this.#dues.take(until); due !== undefined; due = this.#dues.take(until)) {
      // An older entry, of a time that has moved later since, finds that there is nothing to do yet.
      if (this.#numberOf(due.item, SLOT.dueAt) > due.at) continue
      sweepMember(this.#work, due.item, until)
      this.#noteDue(due.item)
    }
  }

  /** Risks made known since the last call, as `member-risk` has them but for what they are made of. */
  takeRisks(): MemberRiskV1[] {
    const chunk = this.#chunk
    const risks = Array.from({ length: chunk.risks.length }, (_, n) => riskRecordOf(chunk, n, this.#names))
    this.forget()
    return risks
  }

  /** Nobody wants to hear of what was made known by now. */
  forget(): void {
    this.#chunk.risks.clear()
    this.#chunk.outcomes.length = 0
    this.#chunk.broken.length = 0
  }

  /** Ids of everybody of whom anything is known by now. */
  memberIds(): string[] {
    return this.#chunk.keys.flatMap((key, place) =>
      isMemberKey(key) && this.#numberOf(place, SLOT.asOf) > 0 ? [memberIdOf(key) as string] : [],
    )
  }

  /** The row of a member at index 0, good until the next fact; undefined: nothing is known. */
  row(memberId: string): Rows | undefined {
    const { indexOf, rows } = this.#chunk
    const place = indexOf.get(memberKey(memberId))
    if (place === undefined || this.#numberOf(place, SLOT.asOf) === 0) return undefined
    const view = this.#views.get(memberId) ?? viewOf(rows, place)
    this.#views.set(memberId, view)
    view.tails[0] = rows.tails[place]
    return view
  }

  /** False: the block is full. Facts come in order, so their number serves as their position in the log. */
  #add(placed: Placed | undefined): boolean {
    if (placed === undefined) return false
    const { fact } = placed
    const source = { ...fact.source, partition: 0, offset: this.#folded, index: 0 }
    const added = this.#writer.add({ ...fact, source })
    if (added) this.#folded++
    return added
  }

  /** What rows passed on to others, until nobody passes on any more. */
  #deliver(): void {
    const { forwards, indexOf } = this.#chunk
    while (forwards.length > 0) {
      const passedOn = forwards.splice(0)
      for (const fact of passedOn) this.#writer.add(fact)
      const cursor = new FactCursor(this.#writer.finish())
      for (const { subject } of passedOn) {
        cursor.next()
        this.#apply(indexOf.get(subject) ?? -1, cursor)
      }
    }
  }

  #apply(place: number, cursor: FactCursor): void {
    if (place === -1) return
    applyFact(this.#work, place, cursor)
    this.#noteDue(place)
  }

  /** Of an alias only its end is due: nobody waits for that here. */
  #noteDue(place: number): void {
    const { marks, keys } = this.#chunk
    if (((marks[place] ?? 0) & DUE) === 0) return
    marks[place] = 0
    const at = this.#numberOf(place, SLOT.dueAt)
    if (at > 0 && at < Infinity && isMemberKey(keys[place] ?? '')) this.#dues.add(at, place)
  }

  #numberOf(place: number, index: number): number {
    return slot(this.#chunk.rows, place, index)
  }
}

function viewOf({ f64, u32, slots, vocabulary }: Rows, place: number): Rows {
  const [from, to] = [place * slots, (place + 1) * slots]
  return {
    f64: f64.subarray(from, to),
    u32: u32.subarray(2 * from, 2 * to),
    tails: [undefined],
    capacity: 1,
    slots,
    vocabulary,
  }
}
