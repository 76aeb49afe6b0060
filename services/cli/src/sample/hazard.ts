import type { Random } from './prng.ts'
import { chance } from './prng.ts'

/**
 * Why simulated members leave. There are two steps, and only the first is out of sight:
 * 1. Some members drift away: from one day on they do less and less (`driftChance`, per week).
 * 2. At the end of a term a member leaves with the chance that `lapseChance` gives for what the last half
 *    year shows, all of which is in the streams. docs/sample-association.md tells it in words.
 */
export type Evidence = Readonly<{
  firstTerm: boolean
  /** Visits, logins, opens by a person, clicks, purchases in the 180 days before the decision. */
  consumption: number
  /** Events attended, posts, replies, reactions received, volunteering in the 180 days before the decision. */
  belonging: number
  autoRenew: boolean
  paymentFailed: boolean
  /** A question of theirs was never answered. */
  ignored: boolean
}>

const HAZARD = {
  base: 0.75,
  firstTerm: 0.7,
  /** Times ln(1 + count). */
  consumption: -0.75,
  /** Times ln(1 + count). */
  belonging: -0.85,
  autoRenew: -1.2,
  paymentFailed: 1.6,
  ignored: 0.5,
} as const

/** The chance that a member does not renew, from what they did. */
function lapseChance(evidence: Evidence): number {
  const logit =
    HAZARD.base +
    (evidence.firstTerm ? HAZARD.firstTerm : 0) +
    HAZARD.consumption * Math.log1p(evidence.consumption) +
    HAZARD.belonging * Math.log1p(evidence.belonging) +
    (evidence.autoRenew ? HAZARD.autoRenew : 0) +
    (evidence.paymentFailed ? HAZARD.paymentFailed : 0) +
    (evidence.ignored ? HAZARD.ignored : 0)
  return 1 / (1 + Math.exp(-logit))
}

/** Chance per week that a member begins to drift away. */
const DRIFT_PER_WEEK = 0.0035
const DRIFT_WHEN_NEW = 2
const DRIFT_WHEN_IGNORED = 3
/** Per ln(1 + what they took part in during the last half year). */
const DRIFT_BELONGING = -0.7

export function driftChance(evidence: Evidence): number {
  return (
    DRIFT_PER_WEEK *
    (evidence.firstTerm ? DRIFT_WHEN_NEW : 1) *
    (evidence.ignored ? DRIFT_WHEN_IGNORED : 1) *
    Math.exp(DRIFT_BELONGING * Math.log1p(evidence.belonging))
  )
}

/** Activity falls to 1/e in this many days of drifting. */
const DRIFT_DAYS = 60
/** Chance per week that a drifting member finds back by themselves. */
export const RECOVERY_PER_WEEK = 0.012

export function driftFactor(driftingDays: number | undefined): number {
  return driftingDays === undefined ? 1 : Math.exp(-driftingDays / DRIFT_DAYS)
}

export function lapses(random: Random, evidence: Evidence): boolean {
  return chance(random, lapseChance(evidence))
}
