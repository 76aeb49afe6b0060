import { DAY_MS, MINUTE_MS } from '@perennial/member'
import { ARTICLES } from './association.ts'
import type { Happening, Who } from './happening.ts'
import { activityOf, type Life, momentIn, tally, type Week } from './life.ts'
import { between, chance, pick, poisson, randomOf } from './prng.ts'

const SESSIONS_PER_WEEK = 0.33
const LOGIN_SHARE = 0.45
/** Prospects look around, without an account, for this many days before they join. */
const LOOKING_DAYS = 42

/** Visits of a week. Someone who has not logged in is only a cookie: a later login tells whose it was. */
export function* websiteWeek(life: Life, week: Week): Generator<Happening> {
  if (life.status === 'prospect' && week.from < life.person.joinedAt - LOOKING_DAYS * DAY_MS) return
  const random = randomOf(week.seed, 'website', life.person.number, week.index)
  const sessions = poisson(random, SESSIONS_PER_WEEK * life.person.interest * activityOf(life, week))
  for (let i = 0; i < sessions; i += 1) {
    let at = momentIn(week, life.person, random)
    const cookie = life.person.anonymousId
    const known = life.status !== 'prospect' && chance(random, LOGIN_SHARE)
    const who: Who = known ? { memberId: life.person.memberId, anonymousId: cookie } : { anonymousId: cookie }
    if (known) yield { kind: 'login', at, who }
    for (let page = poisson(random, 0.7); page >= 0; page -= 1) {
      at += Math.ceil(between(random, 0.2, 4) * MINUTE_MS)
      yield { kind: 'visit', at, who, path: pick(random, ARTICLES), agent: 'person' }
    }
    if (chance(random, 0.2)) yield { kind: 'download', at: at + MINUTE_MS, who, path: pick(random, ARTICLES) }
    tally(life.consumption)
  }
}

/** Crawlers read the site too, a few pages a week. */
export function* crawlerWeek(week: Week): Generator<Happening> {
  const random = randomOf(week.seed, 'crawler', week.index)
  for (let i = poisson(random, 4); i > 0; i -= 1) {
    const at = Math.floor(week.from + random() * 7 * DAY_MS)
    const who: Who = { anonymousId: `crawler-${Math.floor(random() * 5)}` }
    yield { kind: 'visit', at, who, path: pick(random, ARTICLES), agent: 'crawler' }
  }
}
