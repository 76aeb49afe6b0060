import type { Outgoing, SourceInput } from '@perennial/runtime'
import { encodeRecord, registrySubject, SCHEMAS, topicOf } from '@perennial/streams'
import { custom, DAY_MS, login, order, post, visit } from '../../e2e/harness/people.ts'
import { poisons, websiteRecord } from '../../e2e/harness/raw-records.ts'
import type { Choices } from '../random.ts'
import { introduced, type Part, type Person, personOf } from './cast.ts'

/** What is done next. */
export type Step =
  | Readonly<{ kind: 'records'; inputs: readonly SourceInput[] }>
  /** Bytes as they are, in the topic of the website. */
  | Readonly<{ kind: 'raw'; records: readonly Outgoing[] }>

export type Workload = Readonly<{
  /** What comes now: some records, at most a few dozen. */
  next(): Step
  /** What was still to come of what has begun, at its end. */
  remaining(): readonly SourceInput[]
  /** Everybody whose fate is known beforehand, as far as made known. */
  people: readonly Person[]
}>

export type WorkloadOptions = Readonly<{
  choices: Choices
  /** What the poison is written with. */
  schemaId: number
  /** People who ripen are made known so long before they do, at most. */
  ripeWithinMs: number
}>

const MEMBERS = 120
/** Some do far more than the others: more than the ids that a row remembers, while a zombie stands still. */
const BUSY = { members: 4, share: 0.6 }
const TOGETHER = 8
/** One in so many steps: somebody slips; people who will ripen, and history; something that cannot be used. */
const EVERY = { slip: 6, ripening: 20, poison: 40, odd: 25 }
const RIPENING_TOGETHER = 10
/** Between what somebody did and what the member database says: without the first, the second is a high risk at once. */
const RIPENING_APART_MS = 1_000
/** Who wavers did something so long before, and it is heard of so long after. */
const LATE_MS = { before: 1_500, after: [200, 2_500] } as const
const LEAST_RIPE_MS = 3_000
const PARTS: readonly Part[] = ['clear', 'clear', 'asleep', 'no consent']

/** Records without end, the same for the same choices but for the time they are made at. Their truth is in them. */
export function createWorkload({ choices, schemaId, ripeWithinMs }: WorkloadOptions): Workload {
  const people: Person[] = []
  const latest: SourceInput[] = []
  const planned: { at: number; input: SourceInput }[] = []
  let step = 0
  let events = 0
  const id = () => `e-${events++}`

  function makeKnown(part: Part, at: number): SourceInput[] {
    const person = personOf(`${part.replace(' ', '-')}-${people.length}`, part, Date.now())
    people.push(person)
    return introduced(person, at)
  }

  /** Members are known under their number, a browser and an address; which of these a record has is left to chance. */
  function activity(): SourceInput {
    const n = choices.between(0, (choices.chance(BUSY.share) ? BUSY.members : MEMBERS) - 1)
    const [memberId, anonymousId, email] = [`m-${n}`, `browser-${n}`, `m-${n}@mail.example`]
    const now = Date.now()
    const at = choices.chance(0.1) ? now - choices.between(1, 100) * DAY_MS - choices.between(0, DAY_MS) : now
    switch (choices.between(0, 9)) {
      case 0:
        return login(id(), at, { memberId, anonymousId })
      case 1:
        return order(id(), at, { memberId, email })
      case 2:
        return post(id(), at, memberId)
      case 3:
        return custom(id(), at, { memberId }, ['forum', choices.one(['posted', 'lurked'])])
      case 4:
      case 5:
        return visit(id(), at, { anonymousId })
      default:
        return visit(id(), at, { memberId })
    }
  }

  /** What somebody who ripens has done; the rest is told later. */
  function ripening(): SourceInput {
    const now = Date.now()
    const ripeAt = now + choices.between(LEAST_RIPE_MS, ripeWithinMs)
    const part = choices.one(['ripening', 'wavering'] as const)
    const [done, ...told] = makeKnown(part, ripeAt)
    planned.push(...told.map((input) => ({ at: now + RIPENING_APART_MS, input })))
    const memberId = people.at(-1)?.memberId ?? ''
    const late = visit(id(), ripeAt - LATE_MS.before, { memberId })
    if (part === 'wavering') planned.push({ at: ripeAt + choices.between(...LATE_MS.after), input: late })
    if (done === undefined) throw new Error('Who ripens has done something.')
    return done
  }

  function takePlanned(): SourceInput[] {
    const now = Date.now()
    const due = planned.filter(({ at }) => at <= now).map(({ input }) => input)
    planned.splice(0, planned.length, ...planned.filter(({ at }) => at > now))
    return due
  }

  function records(inputs: readonly SourceInput[]): Step {
    latest.push(...inputs)
    latest.splice(0, Math.max(0, latest.length - 200))
    const again = inputs.filter(() => choices.chance(0.1)).map(() => choices.one(latest))
    return { kind: 'records', inputs: [...inputs, ...again] }
  }

  return {
    people,
    remaining: () => planned.splice(0).map(({ input }) => input),
    next() {
      step++
      const due = (every: number) => step % every === 0
      if (due(EVERY.poison)) return { kind: 'raw', records: [spoilt(choices, schemaId)] }
      if (due(EVERY.odd)) return records([oddlyDated(choices, id())])
      const told = takePlanned()
      if (told.length > 0) return records(told)
      if (step % EVERY.ripening === 1) return records(Array.from({ length: RIPENING_TOGETHER }, ripening))
      const slip = due(EVERY.slip) ? makeKnown(choices.one(PARTS), Date.now()) : []
      return records([...Array.from({ length: TOGETHER }, activity), ...slip])
    },
  }
}

function spoilt(choices: Choices, schemaId: number): Outgoing {
  const { value, name } = choices.one(poisons(schemaId, Date.now() - 60_000).filter((one) => one.value.length < 10_000))
  return { partition: choices.between(0, 1), key: name, value }
}

/** Dated 2099 (cut to the present), 1970 in milliseconds (cannot be) or in a June of it (as if in seconds). */
function oddlyDated(choices: Choices, eventId: string): SourceInput {
  const at = choices.one([Date.UTC(2099, 0, 1), 0, Date.UTC(1970, 5, 1), Date.UTC(1999, 0, 1)])
  return visit(eventId, at, { memberId: `odd-${choices.between(0, 3)}` })
}

/** The website's records by a newer producer: our fields, another schema id. */
export function newerVisit(eventId: string, memberId: string, schemaId: number): Outgoing {
  const record = websiteRecord(eventId, Date.now(), { member: { memberId, externalIds: [] } })
  return { key: eventId, partition: 0, value: encodeRecord('website-activity', record, schemaId) }
}

export const WEBSITE = topicOf('website-activity')

/** The schema of the website under a new id: the same, with a remark of its own. */
export function newerSchema(remark: string): Readonly<{ subject: string; schema: string }> {
  return {
    subject: registrySubject(WEBSITE),
    schema: JSON.stringify({ ...JSON.parse(SCHEMAS['website-activity']), doc: remark }),
  }
}
