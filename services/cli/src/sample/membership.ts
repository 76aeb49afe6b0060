import { DAY_MS, type EpochMs, HOUR_MS } from '@perennial/member'
import type { Happening, MembershipChange } from './happening.ts'
import { driftChance, lapses, RECOVERY_PER_WEEK } from './hazard.ts'

import { evidenceOf, type Life, type Week, WEEK_MS } from './life.ts'
import { between, chance, type Random, randomOf } from './prng.ts'

const GRACE_DAYS = 30
const NOTICE_DAYS = 60
const WIN_BACK_PER_WEEK = 0.003

/** Joining, drifting away, making up one's mind, renewing, lapsing, coming back. */
export function* membershipWeek(life: Life, week: Week): Generator<Happening> {
  const random = randomOf(week.seed, 'membership', life.person.number, week.index)
  const until = week.from + WEEK_MS
  if (life.status === 'prospect') {
    if (life.person.joinedAt < until) yield* arrive(life, week, random)
    return
  }
  if (life.status === 'lapsed') {
    if (chance(random, WIN_BACK_PER_WEEK)) yield renew(life, moment(week, random), random, true)
    return
  }
  drift(life, week, random)
  yield* notice(life, week, random)
  if (!life.leaving && life.decidesAt < until) yield* decide(life, week, random)
  if (life.leaving && life.termEnd + GRACE_DAYS * DAY_MS < until) {
    life.status = 'lapsed'
    yield change(life, life.termEnd + GRACE_DAYS * DAY_MS, { what: 'lapsed' })
  }
}

/** New members join; those from before the two years come with the first import of the member database. */
function* arrive(life: Life, week: Week, random: Random): Generator<Happening> {
  const imported = life.person.joinedAt < week.from
  life.status = 'active'
  if (imported && chance(random, 0.08)) life.driftSince = week.from - between(random, 0, 90) * DAY_MS
  const at = imported ? Math.floor(week.from + random() * 2 * HOUR_MS) : life.person.joinedAt
  const years = imported ? wholeYears(life.person.joinedAt, week.from) : 0
  life.firstTerm = years === 0
  startTerm(life, addYears(life.person.joinedAt, years), random)
  yield change(life, at, { what: imported ? 'imported' : 'joined', termStart: life.termStart, termEnd: life.termEnd })
}

function drift(life: Life, week: Week, random: Random): void {
  if (life.driftSince === undefined) {
    if (chance(random, driftChance(evidenceOf(life)))) life.driftSince = week.from
  } else if (!life.leaving && chance(random, RECOVERY_PER_WEEK)) life.driftSince = undefined
}

/** Our association writes to those who do not renew by themselves, two months before the term ends. */
function* notice(life: Life, week: Week, random: Random): Generator<Happening> {
  const at = life.termEnd - NOTICE_DAYS * DAY_MS + 10 * HOUR_MS
  if (life.person.autoRenew || at < week.from || at >= week.from + WEEK_MS) return
  const letter = {
    kind: 'outcome',
    who: { memberId: life.person.memberId },
    playbook: 'renewal-notice',
    term: termName(life),
  } as const
  yield { ...letter, at, outcome: chance(random, 0.02) ? 'bounced' : 'delivered' }
  if (chance(random, life.driftSince === undefined ? 0.06 : 0.01)) {
    yield { ...letter, at: at + Math.ceil(between(random, 1, 72) * HOUR_MS), outcome: 'replied' }
  }
}

function* decide(life: Life, week: Week, random: Random): Generator<Happening> {
  // Some of the imported were about to decide when the two years began.
  const at = Math.max(life.decidesAt, week.from + HOUR_MS)
  if (life.person.autoRenew && chance(random, 0.07)) {
    life.paymentFailed = true
    yield change(life, at - HOUR_MS / 2, { what: 'payment-failed' })
  }
  life.leaving = lapses(random, evidenceOf(life))
  if (!life.leaving) yield renew(life, at, random, false)
}

function renew(life: Life, at: EpochMs, random: Random, back: boolean): Happening {
  life.status = 'active'
  life.leaving = false
  life.paymentFailed = false
  life.firstTerm = false
  if (back) life.driftSince = undefined
  startTerm(life, back ? at : life.termEnd, random)
  return change(life, at, { what: 'renewed', termStart: life.termStart, termEnd: life.termEnd })
}

function startTerm(life: Life, start: EpochMs, random: Random): void {
  life.termStart = start
  life.termEnd = addYears(start, 1)
  // With auto-renewal the card is charged on the last day; others take their time.
  const daysBefore = life.person.autoRenew ? 1 : between(random, 2, 40)
  life.decidesAt = Math.floor(life.termEnd - daysBefore * DAY_MS)
}

function change(life: Life, at: EpochMs, what: MembershipChange): Happening {
  const { memberId, email, attendeeId } = life.person
  return { kind: 'membership', at, who: { memberId, email, attendeeId }, change: what, person: life.person }
}

function termName(life: Life): string {
  return new Date(life.termEnd).toISOString().slice(0, 10)
}

function moment(week: Week, random: Random): EpochMs {
  return Math.floor(week.from + random() * WEEK_MS)
}

function wholeYears(from: EpochMs, to: EpochMs): number {
  let years = 0
  while (addYears(from, years + 1) <= to) years += 1
  return years
}

function addYears(at: EpochMs, years: number): EpochMs {
  const date = new Date(at)
  return date.setUTCFullYear(date.getUTCFullYear() + years)
}
