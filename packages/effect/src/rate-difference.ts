import { ratePosterior } from './rate-posterior.ts'

/** Members of a group, and those of them who reached the goal. */
export type Group = Readonly<{ members: number; successes: number }>

export type Interval = Readonly<{ low: number; high: number }>

/** 95 % lies between the two. */
const TAIL = 0.025

/** Steps of bisection: the last is 1e-6 of the first. */
const HALVINGS = 20

/**
 * Between what the success rate of the treated minus that of the control lies with 95 %: the equal-tailed interval of
 * the posterior, with Jeffreys' prior Beta(½, ½) for each rate by itself.
 */
export function differenceInterval(treated: Group, control: Group): Interval {
  const below = chanceBelow(treated, control)
  const within = neighbourhood(treated, control)
  const at = (p: number) => crossing((difference) => below((rate) => rate + difference), p, within)
  return withWhatWasSeen(rateOf(treated) - rateOf(control), { low: at(TAIL), high: at(1 - TAIL) })
}

/** The same of the rate of the treated ÷ that of the control − 1. The control needs a success. */
export function relativeInterval(treated: Group, control: Group): Interval {
  const below = chanceBelow(treated, control)
  // A ratio runs from 0 to infinity, its place = ratio ÷ (1 + ratio) from 0 to 1.
  const at = (p: number) => {
    const place = crossing((place) => below((rate) => (rate * place) / (1 - place)), p, { low: 0, high: 1 })
    return place / (1 - place) - 1
  }
  return withWhatWasSeen(rateOf(treated) / rateOf(control) - 1, { low: at(TAIL), high: at(1 - TAIL) })
}

/** Probability that the rate of the treated minus that of the control is above this. */
export function chanceAbove(treated: Group, control: Group, difference: number): number {
  return 1 - chanceBelow(treated, control)((rate) => rate + difference)
}

/** Where to look: the posterior's mean and eight deviations either way. */
function neighbourhood(treated: Group, control: Group): Interval {
  const [of, by] = [momentsOf(treated), momentsOf(control)]
  const reach = 8 * Math.sqrt(of.variance + by.variance)
  const mean = of.mean - by.mean
  return { low: Math.max(-1, mean - reach), high: Math.min(1, mean + reach) }
}

function momentsOf({ members, successes }: Group): Readonly<{ mean: number; variance: number }> {
  const mean = (successes + 0.5) / (members + 1)
  return { mean, variance: (mean * (1 - mean)) / (members + 2) }
}

function rateOf({ members, successes }: Group): number {
  return successes / members
}

/** Probability that the treated rate is below a bound that depends on the control's rate. */
function chanceBelow(treated: Group, control: Group): (bound: (controlRate: number) => number) => number {
  const [of, by] = [ratePosterior(treated), ratePosterior(control)]
  return (bound) => {
    let sum = 0
    for (let i = 0; i < by.rates.length; i++) sum += (by.masses[i] ?? 0) * of.below(bound(by.rates[i] ?? 0))
    return sum
  }
}

/** With 9 of 9 against 0 of 9 the difference may be 1, whatever the prior says (Brown, Cai & DasGupta 2001, section 4.1.1). */
function withWhatWasSeen(seen: number, { low, high }: Interval): Interval {
  return { low: Math.min(seen, low), high: Math.max(seen, high) }
}

/** Where a rising function reaches p. */
function crossing(rising: (x: number) => number, p: number, { low, high }: Interval): number {
  let [from, to] = [low, high]
  for (let step = 0; step < HALVINGS; step++) {
    const middle = (from + to) / 2
    if (rising(middle) < p) from = middle
    else to = middle
  }
  return (from + to) / 2
}
