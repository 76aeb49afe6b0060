import { estimateOf, type Estimate, helpsProbability, intervalOf } from './estimate.ts'
import { type Criteria, DEFAULT_CRITERIA } from './members-needed.ts'
import { type Group, type Interval, relativeInterval } from './rate-difference.ts'
import type { Tally } from './tally.ts'
import { isProposedForRetirement, type Verdict, verdictOf } from './verdict.ts'

/** A number and between what it lies with 95 %. */
export type Estimated = Interval & Readonly<{ value: number }>

export type Uplift = Readonly<{
  /** Difference of success rates, with the interval for whoever looks once. */
  difference: Estimated
  /** The interval that holds however often one looks. The verdict, and what was saved, go by it. */
  anyTime: Interval
  /** Rate of the treated ÷ rate of the control − 1, not adjusted by risk; undefined where nobody of the control succeeded. */
  relative: Estimated | undefined
  /** Probability that the play helps at all. */
  helpsProbability: number
  /** Whether the risk before was taken into account, because that narrows the interval. */
  adjusted: boolean
}>

/** What the play brought about among the treated, with the interval that holds however often one looks. */
export type Saved = Readonly<{
  members: Estimated
  /** In the currency of the dues; undefined where no dues are known. */
  dues: Estimated | undefined
  /** Treated members whose dues are not known, and so not in the sum. */
  withoutDues: number
}>

export type Effect = Readonly<{
  treated: Group
  control: Group
  /** Members whose window is still open. */
  waiting: number
  /** Undefined while an arm has nobody in it. */
  uplift: Uplift | undefined
  saved: Saved | undefined
  verdict: Verdict
  proposedForRetirement: boolean
  criteria: Criteria
}>

/** Whether a play works. */
export function effectOf(tally: Tally, criteria: Criteria = DEFAULT_CRITERIA): Effect {
  const estimate = estimateOf(tally)
  const verdict = verdictOf(tally, estimate, criteria)
  return {
    treated: groupOf(tally.treated),
    control: groupOf(tally.control),
    waiting: tally.waiting,
    uplift: estimate && upliftOf(tally, estimate),
    saved: estimate && savedOf(tally, estimate),
    verdict,
    proposedForRetirement: isProposedForRetirement(verdict, estimate, criteria),
    criteria,
  }
}

function groupOf({ members, successes }: Group): Group {
  return { members, successes }
}

function upliftOf(tally: Tally, estimate: Estimate): Uplift {
  return {
    difference: { value: estimate.difference, ...intervalOf(tally, estimate) },
    anyTime: estimate.anyTime,
    relative: relativeOf(tally),
    helpsProbability: helpsProbability(tally, estimate),
    adjusted: estimate.varianceLeft < 1,
  }
}

function relativeOf({ treated, control }: Tally): Estimated | undefined {
  if (control.successes === 0) return undefined
  const ratio = treated.successes / treated.members / (control.successes / control.members)
  return { value: ratio - 1, ...relativeInterval(treated, control) }
}

function savedOf({ treated }: Tally, { difference, anyTime }: Estimate): Saved {
  const times = (size: number): Estimated => ({
    value: size * difference,
    low: size * anyTime.low,
    high: size * anyTime.high,
  })
  return {
    members: times(treated.members),
    dues: treated.withDues === 0 ? undefined : times(treated.dues),
    withoutDues: treated.members - treated.withDues,
  }
}
