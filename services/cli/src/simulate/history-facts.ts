import type { History } from '@perennial/history'
import { type ActivityFact, type EpochMs, type Fact, memberKey, type SubjectKey } from '@perennial/member'
import { activityRecord } from '../learning/history-records.ts'
import { membershipRecords } from '../learning/membership-records.ts'
import { factsOf, type ReadRecord } from './record-facts.ts'
import type { TimedFacts } from './timed-facts.ts'

/** What an action of a history makes of each row: the one activity that all of them make, or the facts of each. */
type Meaning = Readonly<{ alike: ActivityFact }> | 'each' | 'nothing'

/**
 * The facts that an import of the history would make, without records in between where that is the same: a history has
 * ten million rows and some dozens of actions. Facts of one instant come in the order in which an import brings them.
 */
export function historyFacts(history: History, newReader: () => ReadRecord, now: EpochMs): TimedFacts {
  const { facts, members } = history
  const subjects = members.map((id) => memberKey(id))
  const places = new Map<string, number>(subjects.map((subject, place) => [subject, place]))
  const owners = ownersOf(history)
  // A reader takes no record twice.
  const meanings = meaningsOf(history, newReader(), owners)
  const read = newReader()
  // What is no plain activity: read in whole, and put before the activities of its instant.
  const whole: Fact[] = membershipRecords(history, now).flatMap((record) => factsOf(read(record)))
  const placeOf = (subject: SubjectKey) => places.get(subject) ?? 0
  const plain = new Uint32Array(facts.count)
  let count = 0
  for (let i = 0; i < facts.count; i++) {
    const meaning = meanings[facts.action[i] ?? 0] ?? 'nothing'
    if (meaning === 'each') whole.push(...factsOf(read(activityRecord(history, i, members[owners[i] ?? 0] ?? ''))))
    else if (meaning !== 'nothing') plain[count++] = i
  }

  return {
    subjects,
    ties: tiesOf(whole, placeOf),
    at: timesOf(whole, plain.subarray(0, count), facts.at),
    subjectAt(n) {
      const fact = whole[n]
      return fact === undefined ? (owners[plain[n - whole.length] ?? 0] ?? 0) : placeOf(fact.subject)
    },
    factAt(n) {
      const fact = whole[n]
      if (fact !== undefined) return fact
      const i = plain[n - whole.length] ?? 0
      const meaning = meanings[facts.action[i] ?? 0]
      if (meaning === undefined || typeof meaning === 'string') throw new Error('An action lost its meaning.')
      return {
        ...meaning.alike,
        subject: subjects[owners[i] ?? 0] ?? ('' as SubjectKey),
        at: facts.at[i] ?? 0,
        idHi: facts.idHi[i] ?? 0,
        idLo: facts.idLo[i] ?? 0,
      }
    },
  }
}

function tiesOf(whole: readonly Fact[], placeOf: (subject: SubjectKey) => number): TimedFacts['ties'] {
  return whole.flatMap((fact) =>
    fact.kind === 'link' || fact.kind === 'unlink' ? [[placeOf(fact.subject), placeOf(fact.member)] as const] : [],
  )
}

function timesOf(whole: readonly Fact[], plain: Uint32Array, times: Float64Array): Float64Array {
  const at = new Float64Array(whole.length + plain.length)
  for (const [n, fact] of whole.entries()) at[n] = fact.at
  for (const [n, i] of plain.entries()) at[whole.length + n] = times[i] ?? 0
  return at
}

/** By action. A built-in type may do more than count, such as withdraw consent: then each of its rows is read in whole. */
function meaningsOf(history: History, read: ReadRecord, owners: Uint32Array): Meaning[] {
  const { facts, members, actions } = history
  const samples = new Map<number, number>()
  for (let i = 0; i < facts.count && samples.size < actions.length; i++) {
    const action = facts.action[i] ?? 0
    if (!samples.has(action)) samples.set(action, i)
  }
  return actions.map((_, action) => {
    const i = samples.get(action)
    if (i === undefined) return 'nothing'
    const made = factsOf(read(activityRecord(history, i, members[owners[i] ?? 0] ?? '')))
    const [first, ...more] = made
    if (first === undefined) return 'nothing'
    return first.kind === 'activity' && more.length === 0 ? { alike: first } : 'each'
  })
}

/** Whose fact each one is, as a place among the members. */
function ownersOf({ facts }: History): Uint32Array {
  const owners = new Uint32Array(facts.count)
  for (let m = 0; m + 1 < facts.starts.length; m++) owners.fill(m, facts.starts[m], facts.starts[m + 1])
  return owners
}
