import { DAY_MS, HOUR_MS } from '@perennial/member'
import { CHAPTERS } from './association.ts'
import type { Happening, Who } from './happening.ts'
import { activityOf, type Life, tally, type Week, WEEK_MS } from './life.ts'
import { between, chance, randomOf } from './prng.ts'

type Meeting = Readonly<{ event: string; name: string; startsAt: number; online: boolean; appeal: number }>

const WEEKS_BETWEEN_MEETINGS = 4
const CONFERENCE_WEEKS = [24, 76]

/** Chapter meetings every four weeks and a conference a year. People register up to three weeks ahead. */
export function* eventsWeek(life: Life, week: Week): Generator<Happening> {
  if (life.status !== 'active') return
  const random = randomOf(week.seed, 'events', life.person.number, week.index)
  const meeting = meetingOf(life, week)
  if (meeting === undefined) return
  const eager = meeting.appeal * Math.sqrt(life.person.sociability * life.person.interest) * activityOf(life, week)
  if (!chance(random, Math.min(0.85, eager))) return

  const who = refer(life, random() < 0.7)
  const { appeal: _, ...what } = meeting
  const registeredAt = Math.floor(week.from + between(random, 0, 0.95) * WEEK_MS)
  yield { kind: 'event', what: 'registered', who, at: registeredAt, ...what }
  tally(life.consumption)
  if (chance(random, 0.06)) {
    yield {
      kind: 'event',
      what: 'cancelled',
      who,
      at: meeting.startsAt - Math.ceil(between(random, 2, 40) * HOUR_MS),
      ...what,
    }
  } else if (chance(random, 0.1)) {
    yield { kind: 'event', what: 'missed', who, at: meeting.startsAt + 3 * HOUR_MS, ...what }
  } else {
    yield { kind: 'event', what: 'attended', who, at: meeting.startsAt + Math.ceil(random() * 20 * 60_000), ...what }
    tally(life.belonging)
  }
}

/** The meeting, two weeks ahead, that registration opens for this week. */
function meetingOf(life: Life, week: Week): Meeting | undefined {
  const { chapter } = life.person
  const evening = week.from + 2 * WEEK_MS + 3 * DAY_MS + (((18.5 - chapter.utcHours) % 24) + 24) * HOUR_MS
  if (CONFERENCE_WEEKS.includes(week.index)) {
    const edition = CONFERENCE_WEEKS.indexOf(week.index) + 1
    const startsAt = week.from + 2 * WEEK_MS + 3 * DAY_MS + 9 * HOUR_MS
    return { event: `conference-${edition}`, name: 'Annual conference', startsAt, online: true, appeal: 0.16 }
  }
  const order = CHAPTERS.findIndex((other) => other.name === chapter.name)
  if ((week.index + order) % WEEKS_BETWEEN_MEETINGS !== 0) return undefined
  const event = `${chapter.name.toLowerCase()}-${String(week.index).padStart(3, '0')}`
  return {
    event,
    name: `${chapter.name} chapter meeting`,
    startsAt: evening,
    online: week.index % 3 === 0,
    appeal: 0.1,
  }
}

/** The organisers' system has an address for most, and only its own number for the rest. */
function refer(life: Life, byEmail: boolean): Who {
  const { email, attendeeId } = life.person
  return byEmail ? { email, attendeeId } : { attendeeId }
}
