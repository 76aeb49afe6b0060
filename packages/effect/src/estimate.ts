import { anyTimeInterval } from './any-time.ts'
import { chanceAbove, differenceInterval, type Interval } from './rate-difference.ts'
import { riskAdjustment } from './risk-adjustment.ts'
import type { Tally } from './tally.ts'

/** Success rate of the treated minus that of the control, as well as the members tell it. */
export type Estimate = Readonly<{
  difference: number
  /** Before the adjustment by the risk before, and what that left of the variance; 1: it was not used. */
  seen: number
  varianceLeft: number
  /** The interval that holds however often one looks: what to decide by. */
  anyTime: Interval
}>

/** Undefined while an arm has nobody in it. */
export function estimateOf(tally: Tally): Estimate | undefined {
  const { treated, control } = tally
  if (treated.members === 0 || control.members === 0) return undefined
  const seen = treated.successes / treated.members - control.successes / control.members
  const { shift, varianceLeft } = riskAdjustment(tally)
  const { low, high } = anyTimeInterval(treated, control, varianceLeft)
  const anyTime = { low: Math.max(-1, low + shift), high: Math.min(1, high + shift) }
  return { difference: seen + shift, seen, varianceLeft, anyTime }
}

/**
 * The 95 % interval for whoever looks once, at a moment settled beforehand. An adjustment moves it and draws it together,
 * so that it stays as lopsided as the rates make it.
 */
export function intervalOf({ treated, control }: Tally, { difference, seen, varianceLeft }: Estimate): Interval {
  const { low, high } = differenceInterval(treated, control)
  const scale = Math.sqrt(varianceLeft)
  return {
    low: Math.max(-1, difference + scale * (low - seen)),
    high: Math.min(1, difference + scale * (high - seen)),
  }
}

/** Probability that the play raises the success rate at all, by how little it may be. */
export function helpsProbability({ treated, control }: Tally, { difference, seen, varianceLeft }: Estimate): number {
  return chanceAbove(treated, control, seen - difference / Math.sqrt(varianceLeft))
}
