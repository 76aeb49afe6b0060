import type { Rules } from '../../year/story.ts'
import type { Person } from '../workload/cast.ts'

/** A message that somebody else's system has accepted. */
export type Accepted = Readonly<{
  /** The idempotency key that it came with. */
  key: string
  memberId: string
  /** Member, term, play and step. */
  cause: string
  /** Colleagues have no quiet hours, and gave no consent. */
  purpose: 'internal' | 'service' | 'marketing'
  at: number
  genuine: boolean
}>

export type Decided = Readonly<{
  id: string
  memberId: string
  playbook: string
  decision: 'send' | 'hold'
  reason: string | null
  decidedAt: number
}>

/** State was lost at this time, `to` the latest: what had been written since `from`, 0 = all. */
export type Loss = Readonly<{ from: number; at: number; to: number }>

export type Contacts = Readonly<{
  accepted: readonly Accepted[]
  decided: readonly Decided[]
  /** Decisions whose end is known: delivered, failed or superseded, each with its reason. */
  ended: ReadonlySet<string>
  /** Decisions whose job still waits: for the morning, or for another attempt. */
  waiting: ReadonlySet<string>
  people: readonly Person[]
  /** State that contacts were in was lost, of so much time: what was decided in it counts as made, and is never made again. */
  losses: readonly Loss[]
  /** Of the policy in force. */
  rules: Rules
}>

/** Plays that news of a risk is a cause for: decided about at once, whoever it is. */
const NEWS_PLAYS = ['at-risk-alert', 're-engagement-trigger']
/** Of somebody of whom it is not known whether the risk becomes high. */
const MEDIUM_PLAYS = ['re-engagement-trigger']

/** What went against the rules of contact, a line each. */
export function contactFaults(contacts: Contacts): string[] {
  const first = firstByKey(contacts.accepted)
  const people = new Map(contacts.people.map((person) => [person.memberId, person]))
  return [
    ...contacts.accepted.filter(({ genuine }) => !genuine).map(({ key }) => `badly signed: ${key}`),
    ...twiceForOneCause(first),
    ...overCap(first, contacts.rules),
    ...first.flatMap((one) => atTheWrongMoment(one, people.get(one.memberId), contacts.rules)),
    ...contacts.decided
      .filter(({ decision, reason }) => decision === 'hold' && (reason === null || reason === ''))
      .map(({ id }) => `held without a reason: ${id}`),
    ...forgotten(contacts),
    ...unended(contacts),
  ]
}

/** What the receiver takes for one: calls with the same key are the same message. */
function firstByKey(accepted: readonly Accepted[]): Accepted[] {
  const byTime = accepted.toSorted((a, b) => a.at - b.at)
  return [...new Map(byTime.toReversed().map((one) => [one.key, one])).values()].toReversed()
}

function twiceForOneCause(first: readonly Accepted[]): string[] {
  return [...Map.groupBy(first, ({ cause }) => cause)]
    .filter(([, sends]) => sends.length > 1)
    .map(
      ([cause, sends]) =>
        `sent ${sends.length} times for one cause: ${cause}, as ${sends.map(({ key }) => key).join(' and ')}`,
    )
}

/** No window of a cap, wherever it begins, may hold more than its number. `first` is in order of time. */
function overCap(first: readonly Accepted[], { caps }: Rules): string[] {
  const reached = first.filter(({ purpose }) => purpose !== 'internal')
  return [...Map.groupBy(reached, ({ memberId }) => memberId)].flatMap(([memberId, sends]) =>
    caps.flatMap(({ contacts, withinMs, purpose }) => {
      const counted = sends.filter((one) => purpose === undefined || one.purpose === purpose)
      return counted.flatMap((one, n) => {
        const last = counted[n + contacts]
        if (last === undefined || last.at - one.at >= withinMs) return []
        return [`over the cap of ${contacts} ${purpose ?? 'contacts'}: ${memberId}, ${one.cause} … ${last.cause}`]
      })
    }),
  )
}

function atTheWrongMoment(
  { purpose, memberId, cause, at }: Accepted,
  person: Person | undefined,
  { quiet }: Rules,
): string[] {
  if (person === undefined || purpose === 'internal') return []
  const hour = Number(
    new Intl.DateTimeFormat('en', { hour: '2-digit', hourCycle: 'h23', timeZone: person.timeZone }).format(at),
  )
  return [
    ...(hour >= quiet.from || hour < quiet.to ? [`in quiet hours, at ${hour} o’clock: ${memberId}, ${cause}`] : []),
    ...(purpose === 'marketing' && !person.consent ? [`without consent: ${memberId}, ${cause}`] : []),
  ]
}

/** Everybody who is due must have been decided about. */
function forgotten({ people, decided }: Contacts): string[] {
  const known = new Set(decided.map(({ memberId, playbook }) => `${memberId} ${playbook}`))
  return people.flatMap(({ memberId, part }) =>
    (part === 'wavering' ? MEDIUM_PLAYS : NEWS_PLAYS)
      .filter((play) => !known.has(`${memberId} ${play}`))
      .map((play) => `due, and never decided about: ${memberId}, ${play}`),
  )
}

/** Whatever was to be sent must have come to an end, or wait for one. */
function unended({ decided, ended, waiting, losses }: Contacts): string[] {
  return decided
    .filter(({ decision, id }) => decision === 'send' && !ended.has(id) && !waiting.has(id))
    .filter(({ decidedAt }) => !losses.some(({ from, to }) => decidedAt >= from && decidedAt <= to))
    .map(({ id, memberId, playbook }) => `to be sent, and nothing came of it: ${memberId}, ${playbook} (${id})`)
}
