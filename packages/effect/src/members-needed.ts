import { anyTimeReach } from './any-time.ts'
import { normalQuantile } from './normal.ts'

export type Criteria = Readonly<{
  /** The least difference of rates that makes a play worth its work: 0.05 is five members more of a hundred. */
  minimumEffect: number
  /** With what probability a play that does so much shall be found. */
  power: number
}>

/** 80 % is the custom (Cohen, Statistical Power Analysis, 1988); 5 points are what a play is written for. */
export const DEFAULT_CRITERIA: Criteria = { minimumEffect: 0.05, power: 0.8 }

export type Plan = Criteria &
  Readonly<{
    /** Success rate without the play, 0..1. */
    rate: number
    /** Of members in the control, 0..1. */
    controlShare: number
    /** What is left of the variance after the adjustment by risk, 0..1; 1: no adjustment. */
    varianceLeft?: number
  }>

/**
 * Members, both arms together, with which a look finds the minimum effect with the stated power, although looking is
 * free: the least n with (reach + z(power)) · √(variance per member / n) <= effect. Infinity where one arm is empty.
 */
export function membersNeeded(plan: Plan): number {
  checkCriteria(plan)
  const { controlShare, minimumEffect, varianceLeft = 1 } = plan
  const variance = varianceLeft * variancePerMember(plan)
  if (!Number.isFinite(variance)) return Infinity
  const z = normalQuantile(plan.power)
  const isEnough = (n: number) => {
    const reach = anyTimeReach((n * controlShare * (1 - controlShare)) / varianceLeft)
    return (reach + z) * Math.sqrt(variance / n) <= minimumEffect
  }
  let [few, enough] = [0, 1]
  while (!isEnough(enough)) [few, enough] = [enough, 2 * enough]
  while (enough - few > 1) {
    const middle = Math.floor((few + enough) / 2)
    if (isEnough(middle)) enough = middle
    else few = middle
  }
  return enough
}

function variancePerMember({ rate, controlShare, minimumEffect }: Plan): number {
  // A rate cannot rise above 1: who renews anyway cannot be won.
  const better = Math.min(1, rate + minimumEffect)
  return (better * (1 - better)) / (1 - controlShare) + (rate * (1 - rate)) / controlShare
}

export function checkCriteria({ minimumEffect, power }: Criteria): void {
  if (!(minimumEffect > 0 && minimumEffect < 1))
    throw new Error(`The minimum effect is between 0 and 1 (0.05 for five points), not ${minimumEffect}.`)
  if (!(power > 0 && power < 1)) throw new Error(`Power is between 0 and 1 (0.8 is the custom), not ${power}.`)
}
