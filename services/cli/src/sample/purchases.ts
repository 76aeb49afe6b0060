import { DAY_MS } from '@perennial/member'
import { PRODUCTS } from './association.ts'
import type { Happening, Who } from './happening.ts'
import { activityOf, type Life, momentIn, tally, type Week } from './life.ts'
import { between, chance, pickWeighted, poisson, randomOf } from './prng.ts'

const ORDERS_PER_WEEK = 0.03

/** Books, tools and courses. The shop asks for an address, and for the member number to give the member's price. */
export function* purchasesWeek(life: Life, week: Week): Generator<Happening> {
  if (life.status === 'prospect') return
  const random = randomOf(week.seed, 'purchases', life.person.number, week.index)
  const { person } = life
  const who: Who = { memberId: person.memberId, email: person.email }
  for (let i = poisson(random, ORDERS_PER_WEEK * person.interest * activityOf(life, week)); i > 0; i -= 1) {
    const { sku, name, amount } = pickWeighted(random, PRODUCTS)
    const at = momentIn(week, person, random)
    const order = `O-${person.number}-${week.index}-${i}`
    yield { kind: 'purchase', at, who, order, sku, name, amount }
    tally(life.consumption)
    if (chance(random, 0.04))
      yield { kind: 'refund', at: at + Math.ceil(between(random, 2, 20) * DAY_MS), who, order, sku, name, amount }
  }
}
