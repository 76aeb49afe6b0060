import { type ActivityFact, type EpochMs, type Fact, STREAM_CODES, type SubjectKey } from '@perennial/member'
import type { TimedFacts } from './timed-facts.ts'

const FIRST_SIZE = 1_024

/** Gathers facts from a log or from records. Activities, nearly all of them, are kept as numbers: some 40 bytes each. */
export class FactTable {
  readonly #places = new Map<string, number>()
  readonly #subjects: SubjectKey[] = []
  readonly #others = new Map<number, Fact>()
  /** Who was erased, and from when on facts count again. */
  readonly #erased = new Map<SubjectKey, EpochMs>()
  #columns = newColumns(FIRST_SIZE)
  #count = 0

  get count(): number {
    return this.#count
  }

  addAll(facts: readonly Fact[]): void {
    for (const fact of facts) this.add(fact)
  }

  add(fact: Fact): void {
    if (fact.kind === 'erasure') return void this.#erased.set(fact.subject, fact.readmits ? fact.at : Infinity)
    if (this.#count === this.#columns.at.length) this.#columns = grown(this.#columns)
    const columns = this.#columns
    const n = this.#count++
    columns.at[n] = fact.at
    columns.subject[n] = this.#placeOf(fact.subject)
    columns.stream[n] = fact.source.stream
    columns.idHi[n] = fact.idHi
    columns.idLo[n] = fact.idLo
    if (fact.kind === 'activity') {
      columns.signal[n] = fact.signal
      columns.amount[n] = fact.amount
      columns.trust[n] = fact.trust
    } else this.#others.set(n, fact)
    // Somebody of whom nothing else is known has a row all the same.
    if (fact.kind === 'link' || fact.kind === 'unlink') this.#placeOf(fact.member)
  }

  /** All that was gathered, but nothing that was erased: a log may hold it for a while. */
  done(): TimedFacts {
    const { at, subject } = this.#columns
    const all = Uint32Array.from({ length: this.#count }, (_, n) => n)
    const kept = this.#erased.size === 0 ? all : all.filter((n) => !this.#isErased(n))
    const place = (n: number) => kept[n] ?? -1
    return {
      subjects: this.#subjects,
      at: Float64Array.from(kept, (n) => at[n] ?? 0),
      subjectAt: (n) => subject[place(n)] ?? 0,
      factAt: (n) => this.#others.get(place(n)) ?? this.#activityAt(place(n)),
    }
  }

  #isErased(n: number): boolean {
    const { at, subject } = this.#columns
    const other = this.#others.get(n)
    const subjects = [this.#subjects[subject[n] ?? -1], other?.kind === 'link' ? other.member : undefined]
    return subjects.some((one) => one !== undefined && (at[n] ?? 0) < (this.#erased.get(one) ?? 0))
  }

  #placeOf(subject: SubjectKey): number {
    const known = this.#places.get(subject)
    if (known !== undefined) return known
    this.#places.set(subject, this.#subjects.length)
    return this.#subjects.push(subject) - 1
  }

  #activityAt(n: number): ActivityFact {
    const { at, subject, stream, signal, amount, trust, idHi, idLo } = this.#columns
    return {
      kind: 'activity',
      subject: this.#subjects[subject[n] ?? 0] ?? ('' as SubjectKey),
      source: { stream: stream[n] ?? 0, partition: 0, offset: 0, index: 0 },
      idHi: idHi[n] ?? 0,
      idLo: idLo[n] ?? 0,
      at: at[n] ?? 0,
      signal: signal[n] ?? 0,
      amount: amount[n] ?? 0,
      trust: trust[n] ?? 0,
    }
  }
}

/** Whether a fact was made by a scoring partition out of others: whoever folds those makes it anew. */
export function isPassedOn({ source }: Fact): boolean {
  return source.stream === STREAM_CODES['member-activity']
}

function newColumns(size: number) {
  return {
    at: new Float64Array(size),
    subject: new Uint32Array(size),
    stream: new Uint8Array(size),
    signal: new Uint16Array(size),
    amount: new Float32Array(size),
    trust: new Float32Array(size),
    idHi: new Uint32Array(size),
    idLo: new Uint32Array(size),
  }
}

function grown(before: ReturnType<typeof newColumns>) {
  const columns = newColumns(before.at.length * 2)
  columns.at.set(before.at)
  columns.subject.set(before.subject)
  columns.stream.set(before.stream)
  columns.signal.set(before.signal)
  columns.amount.set(before.amount)
  columns.trust.set(before.trust)
  columns.idHi.set(before.idHi)
  columns.idLo.set(before.idLo)
  return columns
}
