import type { PurchaseHistory, PurchaseModel } from '../bg-nbd.ts'
import type { Draws } from './draws.ts'

export type Purchases = PurchaseHistory &
  Readonly<{ alive: boolean; /** Purchases in the time after. */ later: number }>

type Plan = Readonly<{ people: number; observedFor: number; after: number; draws: Draws }>

/** People who live by the model's own story, told purchase by purchase. */
export function simulatedPurchases(model: PurchaseModel, plan: Plan): readonly Purchases[] {
  return Array.from({ length: plan.people }, () => simulated(model, plan))
}

function simulated({ kind, r, alpha, a, b }: PurchaseModel, { observedFor, after, draws }: Plan): Purchases {
  const rate = draws.gamma(r, alpha)
  const leaves = draws.beta(a, b)
  let alive = kind === 'bg-nbd' || draws.uniform() >= leaves
  let [repeats, lastAt, later] = [0, 0, 0]
  let aliveAtEnd = alive
  let at = draws.exponential(rate)
  for (; alive && at <= observedFor + after; at += draws.exponential(rate)) {
    alive = draws.uniform() >= leaves
    if (at > observedFor) {
      later++
      continue
    }
    repeats++
    lastAt = at
    aliveAtEnd = alive
  }
  return { repeats, lastAt, observedFor, alive: aliveAtEnd, later }
}
