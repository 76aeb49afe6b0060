import type { History } from '@perennial/history'
import type { EpochMs } from '@perennial/member'
import type { SourceInput } from '@perennial/runtime'
import { VOCABULARY } from '@perennial/streams'
import { eventIdOf } from './event-id.ts'
import { membershipRecords } from './membership-records.ts'

const SOURCE = 'history'

/** How many records `historyRecords` makes at most. */
export function recordsIn({ facts, spells }: History): number {
  return facts.count + 2 * (spells?.count ?? 0) + (spells?.terms.length ?? 0)
}

/**
 * A history as records of the source streams, in the order of their time. The same fact has the same event id in
 * every import, so that what is imported again is recognised.
 */
export function* historyRecords(history: History, now: EpochMs): Generator<SourceInput> {
  const memberships = membershipRecords(history, now)
  const { facts } = history
  const ownerOf = ownersOf(history)
  const order = Uint32Array.from({ length: facts.count }, (_, i) => i)
  order.sort((a, b) => (facts.at[a] ?? 0) - (facts.at[b] ?? 0) || a - b)
  let next = 0
  for (const i of order) {
    // A member who joins does so before doing anything.
    for (let one = memberships[next]; one !== undefined && one.record.occurredAt <= (facts.at[i] ?? 0);) {
      yield one
      one = memberships[++next]
    }
    yield activityRecord(history, i, history.members[ownerOf(i)] ?? '')
  }
  yield* memberships.slice(next)
}

/** Whose fact each one is, asked in any order. */
function ownersOf({ facts }: History): (i: number) => number {
  const owners = new Uint32Array(facts.count)
  for (let m = 0; m + 1 < facts.starts.length; m++) owners.fill(m, facts.starts[m], facts.starts[m + 1])
  return (i) => owners[i] ?? 0
}

/** Fact `i` of a history as a record of its stream. */
export function activityRecord({ facts, actions }: History, i: number, memberId: string): SourceInput {
  const { stream, action } = actions[facts.action[i] ?? 0] ?? { stream: '', action: '' }
  const occurredAt = facts.at[i] ?? 0
  const eventId = eventIdOf(facts.idHi[i] ?? 0, facts.idLo[i] ?? 0)
  const value = facts.value?.[i] ?? Number.NaN
  const common = { eventId, occurredAt, sentAt: occurredAt, member: { memberId }, source: SOURCE }
  return builtIn(common, { stream, action, value }) ?? custom(common, { stream, action, value })
}

type Common = Readonly<{
  eventId: string
  occurredAt: number
  sentAt: number
  member: { memberId: string }
  source: string
}>
type Said = Readonly<{ stream: string; action: string; value: number }>

/** What the built-in streams have a type for goes to them: some types do more than count, such as withdraw consent. */
function builtIn(common: Common, { stream, action, value }: Said): SourceInput | undefined {
  if (isType('website-activity', stream, action))
    return { stream: 'website-activity', record: { ...common, type: action } }
  if (isType('community-activity', stream, action))
    return { stream: 'community-activity', record: { ...common, type: action } }
  if (isType('event-attendance', stream, action))
    return { stream: 'event-attendance', record: { ...common, type: action, event: common.eventId } }
  if (isType('purchase', stream, action))
    return {
      stream: 'purchase',
      record: { ...common, type: action, orderId: common.eventId, value: Number.isNaN(value) ? 0 : Math.abs(value) },
    }
  // An open without a user agent would count half, as a machine may have made it; the model learned it as whole.
  if (isType('email-activity', stream, action) && action !== 'opened')
    return { stream: 'email-activity', record: { ...common, type: action } }
  return undefined
}

function custom(common: Common, { stream, action, value }: Said): SourceInput {
  return {
    stream: 'custom-activity',
    record: { ...common, stream, action, value: Number.isNaN(value) ? null : value },
  }
}

function isType<S extends keyof typeof VOCABULARY>(
  name: S,
  stream: string,
  action: string,
): action is keyof (typeof VOCABULARY)[S] & string {
  return stream === name && Object.hasOwn(VOCABULARY[name], action)
}
