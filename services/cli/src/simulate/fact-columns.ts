import type { ActivityFact, Fact, SubjectKey } from '@perennial/member'
import type { TimedFacts } from './timed-facts.ts'

/** Facts and the places of their subjects. Activities, nearly all of them, are kept as numbers: some 30 bytes each. */
export type FactColumns = { count: number; columns: Columns; readonly others: Map<number, Fact> }
type Columns = ReturnType<typeof newColumns>

/** With room for so many facts before it has to grow. */
export function newFactColumns(size: number): FactColumns {
  return { count: 0, columns: newColumns(size), others: new Map() }
}

/** `place`: of the fact's subject. */
export function addFact(facts: FactColumns, fact: Fact, place: number): void {
  if (facts.count === facts.columns.at.length) facts.columns = grown(facts.columns)
  const { columns } = facts
  const n = facts.count++
  columns.at[n] = fact.at
  columns.subject[n] = place
  columns.stream[n] = fact.source.stream
  columns.idHi[n] = fact.idHi
  columns.idLo[n] = fact.idLo
  if (fact.kind === 'activity') {
    columns.signal[n] = fact.signal
    columns.amount[n] = fact.amount
    columns.trust[n] = fact.trust
  } else facts.others.set(n, fact)
}

/** A fact by its place; `subjects`: whom the places of subjects mean. */
export function factOf({ columns, others }: FactColumns, n: number, subjects: readonly SubjectKey[]): Fact {
  return others.get(n) ?? activityOf(columns, n, subjects)
}

/** The buffers that hold the numbers, to be handed to another thread: whoever hands them over has them no more. */
export function buffersOf({ columns }: FactColumns): ArrayBuffer[] {
  return Object.values(columns).map(({ buffer }) => buffer)
}

/** All of them, each subject apart from every other one but for `ties`. */
export function timedFacts(facts: FactColumns, subjects: readonly SubjectKey[], ties: TimedFacts['ties']): TimedFacts {
  const { columns, count } = facts
  return {
    subjects,
    ties,
    at: columns.at.subarray(0, count),
    subjectAt: (n) => columns.subject[n] ?? 0,
    factAt: (n) => factOf(facts, n, subjects),
  }
}

function activityOf(columns: Columns, n: number, subjects: readonly SubjectKey[]): ActivityFact {
  const { at, subject, stream, signal, amount, trust, idHi, idLo } = columns
  return {
    kind: 'activity',
    subject: subjects[subject[n] ?? 0] ?? ('' as SubjectKey),
    source: { stream: stream[n] ?? 0, partition: 0, offset: 0, index: 0 },
    idHi: idHi[n] ?? 0,
    idLo: idLo[n] ?? 0,
    at: at[n] ?? 0,
    signal: signal[n] ?? 0,
    amount: amount[n] ?? 0,
    trust: trust[n] ?? 0,
  }
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

function grown(before: Columns): Columns {
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
