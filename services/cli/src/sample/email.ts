import { HOUR_MS, SECOND_MS } from '@perennial/member'
import type { Happening, Who } from './happening.ts'
import { activityOf, type Life, tally, type Week } from './life.ts'
import { between, chance, exponential, type Random, randomOf } from './prng.ts'

const SEND_HOUR = 9
const OPEN_CHANCE = 0.42
const CLICK_CHANCE = 0.3
const MEAN_HOURS_TO_OPEN = 9

/** A newsletter every other week. The mail platform knows people by their address only. */
export function* emailWeek(life: Life, week: Week): Generator<Happening> {
  if (week.index % 2 === 1 || life.status === 'prospect' || !life.marketing) return
  const random = randomOf(week.seed, 'email', life.person.number, week.index)
  const { person } = life
  const who: Who = { email: person.email }
  const sentAt = Math.floor(
    week.from + 24 * HOUR_MS + ((SEND_HOUR - person.chapter.utcHours + 24) % 24) * HOUR_MS + random() * HOUR_MS,
  )
  const mail = {
    kind: 'email',
    who,
    campaign: `newsletter-${String(week.index / 2 + 1).padStart(2, '0')}`,
    sentAt,
  } as const

  if (chance(random, 0.003)) return yield { ...mail, what: 'bounced', by: 'machine', at: sentAt + SECOND_MS }
  if (week.index % 8 === 0) yield { ...mail, what: 'delivered', by: 'machine', at: sentAt + SECOND_MS }
  yield* machines(life, random, mail)
  yield* people(life, week, random, mail)
}

type Mail = Readonly<{ kind: 'email'; who: Who; campaign: string; sentAt: number }>

/** Mail programs that fetch pictures on arrival, and company scanners that follow every link. */
function* machines(life: Life, random: Random, mail: Mail): Generator<Happening> {
  const arrival = mail.sentAt + Math.ceil(between(random, 1, 15) * SECOND_MS)
  if (life.person.prefetches) yield { ...mail, what: 'opened', by: 'machine', at: arrival }
  if (life.person.tier.name === 'corporate' && chance(random, 0.5)) {
    yield { ...mail, what: 'clicked', by: 'machine', at: arrival + SECOND_MS }
  }
}

function* people(life: Life, week: Week, random: Random, mail: Mail): Generator<Happening> {
  const activity = activityOf(life, week)
  const openChance = Math.min(0.9, OPEN_CHANCE * Math.sqrt(life.person.interest) * activity)
  if (chance(random, openChance)) {
    const openedAt = mail.sentAt + Math.ceil((0.05 + exponential(random, MEAN_HOURS_TO_OPEN)) * HOUR_MS)
    yield { ...mail, what: 'opened', by: 'person', at: openedAt }
    tally(life.consumption)
    if (chance(random, CLICK_CHANCE)) {
      yield { ...mail, what: 'clicked', by: 'person', at: openedAt + Math.ceil(between(random, 5, 90) * SECOND_MS) }
      tally(life.consumption)
    }
  }
  if (chance(random, life.driftSince === undefined ? 0.0006 : 0.006)) {
    life.marketing = false
    const at = mail.sentAt + Math.ceil(between(random, 1, 48) * HOUR_MS)
    yield { ...mail, what: 'unsubscribed', by: 'person', at }
    yield {
      kind: 'membership',
      at: at + SECOND_MS,
      who: { memberId: life.person.memberId },
      change: { what: 'consent', marketing: false },
      person: life.person,
    }
  }
}
