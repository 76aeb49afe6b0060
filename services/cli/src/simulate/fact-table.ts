import { type EpochMs, type Fact, STREAM_CODES, type SubjectKey } from '@perennial/member'
import { addFact, factOf, newFactColumns } from './fact-columns.ts'
import type { TimedFacts } from './timed-facts.ts'

const FIRST_SIZE = 1_024

/** Gathers facts from a log or from records. */
export class FactTable {
  readonly #places = new Map<string, number>()
  readonly #subjects: SubjectKey[] = []
  readonly #ties: [number, number][] = []
  /** Who was erased, and from when on facts count again. */
  readonly #erased = new Map<SubjectKey, EpochMs>()
  readonly #facts = newFactColumns(FIRST_SIZE)

  get count(): number {
    return this.#facts.count
  }

  addAll(facts: readonly Fact[]): void {
    for (const fact of facts) this.add(fact)
  }

  add(fact: Fact): void {
    if (fact.kind === 'erasure') return void this.#erased.set(fact.subject, fact.readmits ? fact.at : Infinity)
    const place = this.#placeOf(fact.subject)
    addFact(this.#facts, fact, place)
    // Somebody of whom nothing else is known has a row all the same.
    if (fact.kind === 'link' || fact.kind === 'unlink') this.#ties.push([place, this.#placeOf(fact.member)])
  }

  /** All that was gathered, but nothing that was erased: a log may hold it for a while. */
  done(): TimedFacts {
    const { at, subject } = this.#facts.columns
    const all = Uint32Array.from({ length: this.count }, (_, n) => n)
    const kept = this.#erased.size === 0 ? all : all.filter((n) => !this.#isErased(n))
    const place = (n: number) => kept[n] ?? -1
    return {
      subjects: this.#subjects,
      ties: this.#ties,
      at: Float64Array.from(kept, (n) => at[n] ?? 0),
      subjectAt: (n) => subject[place(n)] ?? 0,
      factAt: (n) => factOf(this.#facts, place(n), this.#subjects),
    }
  }

  #isErased(n: number): boolean {
    const { columns, others } = this.#facts
    const other = others.get(n)
    const subjects = [this.#subjects[columns.subject[n] ?? -1], other?.kind === 'link' ? other.member : undefined]
    return subjects.some((one) => one !== undefined && (columns.at[n] ?? 0) < (this.#erased.get(one) ?? 0))
  }

  #placeOf(subject: SubjectKey): number {
    const known = this.#places.get(subject)
    if (known !== undefined) return known
    this.#places.set(subject, this.#subjects.length)
    return this.#subjects.push(subject) - 1
  }
}

/** Whether a fact was made by a scoring partition out of others: whoever folds those makes it anew. */
export function isPassedOn({ source }: Fact): boolean {
  return source.stream === STREAM_CODES['member-activity']
}
