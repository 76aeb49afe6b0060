import {
  anonymousKey,
  BlockWriter,
  DAY_MS,
  emailKey,
  type EpochMs,
  type Fact,
  foldFact,
  HOUR_MS,
  idHash,
  memberKey,
  newRows,
  partitionFor,
  type Rows,
  STREAM_CODES,
  type SubjectKey,
} from '@perennial/member'

/** Whom the facts are about. An alias belongs to the one beside it, once that has been said. */
const ANNA = memberKey('anna')
const BEN = memberKey('ben')
const ADDRESS = emailKey('hash-of-ben')
const BELONGS: ReadonlyMap<SubjectKey, SubjectKey> = new Map([
  [anonymousKey('browser-1'), ANNA],
  [ADDRESS, BEN],
  [anonymousKey('browser-2'), ADDRESS],
])
export const MEMBERS = [ANNA, BEN]
const SUBJECTS: readonly SubjectKey[] = [...MEMBERS, ...BELONGS.keys()]
/** Fewer than a row's ring holds, whatever subject they are all about: so a repeated one is always recognised. */
const MOST_FACTS = 14
const WEB = STREAM_CODES['website-activity']
const MEMBERSHIP = STREAM_CODES.membership

/** `next`: what ingest reads next. `committed`: where it goes on after a crash. */
type Source = { stream: number; partition: number; facts: Fact[]; next: number; committed: number }

/** The topics producers write, and an ingest that reads them as ours does: in order, and after a crash once more. */
export class Sources {
  readonly #partitions: number
  readonly #sources: Source[] = [
    { stream: WEB, partition: 0, facts: [], next: 0, committed: 0 },
    { stream: WEB, partition: 1, facts: [], next: 0, committed: 0 },
    { stream: MEMBERSHIP, partition: 0, facts: [], next: 0, committed: 0 },
  ]
  readonly #distinct: Fact[] = []

  /** `partitions`: of the activity topic. */
  constructor(partitions: number) {
    this.#partitions = partitions
  }

  /** Facts wait that ingest has not read. */
  get unread(): boolean {
    return this.#sources.some(({ facts, next }) => next < facts.length)
  }

  /** A new fact about subject `who`; `what` says which, and how late it is. Says what it was. */
  produce(who: number, what: number, now: EpochMs, late = false): string {
    if (this.#distinct.length >= MOST_FACTS) return 'nothing more'
    const subject = SUBJECTS[who % SUBJECTS.length] ?? ANNA
    const belongs = BELONGS.get(subject)
    const { hi, lo } = idHash(`f${this.#distinct.length}`)
    const at = late ? now - (what % 40) * HOUR_MS : now
    const base = { subject, idHi: hi, idLo: lo, at, source: { stream: WEB, partition: 0, offset: 0, index: 0 } }
    const rare = what % 4 === 0
    const fact: Fact =
      rare && belongs !== undefined
        ? { kind: 'link', member: belongs, ...base }
        : rare
          ? { kind: 'membership', change: membership(at, what), ...base }
          : { kind: 'activity', signal: what % 5, amount: 1, trust: 1, ...base }
    this.#distinct.push(fact)
    this.#append(fact.kind === 'membership' ? 2 : who % 2, fact)
    return `${fact.kind} of ${subject}`
  }

  /** A producer that heard no answer writes its latest fact again: another position, the same id. */
  repeat(n: number): string {
    const source = n % this.#sources.length
    const latest = this.#sources[source]?.facts.at(-1)
    if (latest === undefined) return 'nothing'
    this.#append(source, latest)
    return `${latest.kind} of ${latest.subject}`
  }

  /**
   * Ingest takes up to `count` facts of a source and appends their blocks, partition after partition; cut off after
   * `most` of those.
   */
  ingest(n: number, count: number, append: (partition: number, block: Uint8Array) => void, most = Infinity): string {
    const source = this.#sources[n % this.#sources.length]
    if (source === undefined) return 'nothing'
    const facts = source.facts.slice(source.next, source.next + count)
    let blocks = 0
    for (let partition = 0; partition < this.#partitions; partition++) {
      const mine = facts.filter(({ subject }) => partitionFor(subject, this.#partitions) === partition)
      if (mine.length === 0 || blocks >= most) continue
      const writer = new BlockWriter()
      for (const fact of mine) writer.add(fact)
      append(partition, writer.finish())
      blocks++
    }
    if (most === Infinity) source.next += facts.length
    return `${facts.length} facts of source ${n % this.#sources.length}`
  }

  /** Ingest's positions are written, some time after what they stand for. */
  commit(): void {
    for (const source of this.#sources) source.committed = source.next
  }

  crash(): void {
    for (const source of this.#sources) source.next = source.committed
  }

  /** What the rows of everybody must say in the end: one pass over the facts, by whom they belong to when all is said. */
  reference(): Map<SubjectKey, Rows> {
    const linked = new Set(this.#distinct.flatMap((fact) => (fact.kind === 'link' ? [fact.subject] : [])))
    const rows = new Map<SubjectKey, Rows>()
    for (const fact of this.#distinct) {
      if (fact.kind === 'link') continue
      let subject: SubjectKey | undefined = fact.subject
      // An alias keeps what it passed on, so each on the way has it.
      while (subject !== undefined) {
        const row = rows.get(subject) ?? newRows(1)
        rows.set(subject, row)
        foldFact(row, 0, { ...fact, subject })
        subject = linked.has(subject) ? BELONGS.get(subject) : undefined
      }
    }
    return rows
  }

  #append(n: number, fact: Fact): void {
    const source = this.#sources[n]
    if (source === undefined) return
    const { stream, partition, facts } = source
    facts.push({ ...fact, source: { stream, partition, offset: facts.length, index: 0 } })
  }
}

function membership(at: EpochMs, what: number) {
  const days = 40 + (what % 7) * 15
  return {
    status: 'active',
    joinedAt: at,
    term: { start: at, end: at + days * DAY_MS },
    dues: 100,
    autoRenew: false,
  } as const
}
