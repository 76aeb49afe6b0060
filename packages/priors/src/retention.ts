import { logGammaRatio } from './log-gamma.ts'

/**
 * Each member renews with a probability of their own, beta distributed, the
 * same every year; who has stayed long is likelier to stay. Fader & Hardie,
 * "How to Project Customer Retention", J. Interactive Marketing 21(1), 2007.
 * Both parameters are above 0.
 */
export type ShiftedBetaGeometric = Readonly<{ kind: 'shifted-beta-geometric'; alpha: number; beta: number }>

/**
 * The same, where a member's own probability may rise (c < 1) or fall (c > 1)
 * from year to year: B(gamma, delta + t^c) / B(gamma, delta) of a cohort are
 * there after t renewals. Fader, Hardie, Liu, Davin & Steenburgh, "How to
 * Project Customer Retention" Revisited, J. Interactive Marketing 43, 2018.
 * With c = 1 it is the shifted-beta-geometric of alpha = gamma, beta = delta.
 */
export type BetaDiscreteWeibull = Readonly<{ kind: 'beta-discrete-weibull'; gamma: number; delta: number; c: number }>

export type RetentionModel = ShiftedBetaGeometric | BetaDiscreteWeibull

/** Probability 0..1 that a member in year `year` (1, 2, …) renews at its end. */
export function retentionRate(model: RetentionModel, year: number): number {
  // The shifted-beta-geometric also as published, so that its figures stay what they are to the last bit.
  if (model.kind === 'shifted-beta-geometric') return (model.beta + year - 1) / (model.alpha + model.beta + year - 1)
  return Math.exp(logRetention(model, year))
}

/** ln of the probability to renew at the end of year `year`; stays below 0 where the rate itself rounds to 1. */
export function logRetention(model: RetentionModel, year: number): number {
  if (model.kind === 'shifted-beta-geometric') return -Math.log1p(model.alpha / (model.beta + year - 1))
  const { gamma, delta, c } = model
  const difference = logGammaRatio(delta + (year - 1) ** c, gamma) - logGammaRatio(delta + year ** c, gamma)
  return Math.min(difference, -Number.MIN_VALUE)
}

/** ln of the probability not to renew at the end of year `year`. */
export function logLapse(model: RetentionModel, year: number): number {
  if (model.kind === 'shifted-beta-geometric') return -Math.log1p((model.beta + year - 1) / model.alpha)
  return Math.log(-Math.expm1(logRetention(model, year)))
}

/** Log-odds of not renewing at the end of year `year`; for the shifted-beta-geometric ln(alpha / (beta + year − 1)). */
export function lapseLogOdds(model: RetentionModel, year: number): number {
  if (model.kind === 'shifted-beta-geometric') return Math.log(model.alpha / (model.beta + year - 1))
  return logLapse(model, year) - logRetention(model, year)
}

/** Share of a joining cohort that is still there after `years` renewal dates. */
export function survival(model: RetentionModel, years: number): number {
  let share = 1
  for (let year = 1; year <= years; year++) share *= retentionRate(model, year)
  return share
}

/**
 * Expected discounted remaining terms of a member in year `year` just before
 * the renewal date, the coming one counted in full: Σ over t >= year of
 * (share still there after date t) / (1 + d)^(t − year). The DERL of Fader &
 * Hardie, "Customer-Base Valuation in a Contractual Setting", Marketing
 * Science 29(1), 2010. `discountRate` is per year and above 0.
 */
export function remainingTerms(model: RetentionModel, year: number, discountRate: number): number {
  let terms = 0
  let worth = 1
  for (let t = year; worth > 1e-12; t++) {
    worth *= retentionRate(model, t)
    terms += worth
    worth /= 1 + discountRate
  }
  return terms
}
