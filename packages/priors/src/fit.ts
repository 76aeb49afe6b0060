import { maximise } from './maximise.ts'

/** What came of a fit: a model, or why these data support none. */
export type Fit<M> = Fitted<M> | Refused

export type Fitted<M> = Readonly<{
  kind: 'fitted'
  model: M
  /** Natural logarithm, at the maximum. */
  logLikelihood: number
  /** The parameters that were estimated, in the order of `covariance`. */
  estimated: readonly (keyof M & string)[]
  /** Of the logarithms of the parameters; one at its limit counts as known. `undefined` where the data leave one open. */
  covariance: readonly (readonly number[])[] | undefined
  convergence: Convergence
}>

export type Convergence = Readonly<{
  /** Whether more steps would change nothing that matters. */
  converged: boolean
  /** What another step was expected to add to the log-likelihood; 0.5 is what chance alone makes of a parameter. */
  expectedGain: number
  /**
   * Parameters at the end of their range. No failure: the likelihood goes on
   * rising by next to nothing, towards members who do not differ (both of a
   * pair large) or who are all of one of two kinds (both small).
   */
  atLimit: readonly string[]
  iterations: number
  evaluations: number
}>

export type Refused = Readonly<{
  kind: 'refused'
  reason: RefusalReason
  /** One sentence for people. */ message: string
}>

export type RefusalReason =
  /** A count that cannot be: negative, not whole, a last purchase after the end … */
  | 'impossible-counts'
  /** Too few events for as many parameters. */
  | 'too-few'
  /** Fewer years or occasions than the model has to tell apart. */
  | 'too-short'
  /** Nobody lapsed. */
  | 'all-stayed'
  /** Nobody ever renewed, came or gave again. */
  | 'all-left'

/** Fewer events than this for each parameter say next to nothing about it. */
const EVENTS_PER_PARAMETER = 5

/** Of log-likelihood: next to the 0.5 that chance makes of a parameter. */
const NOTHING = 1e-4

export function refused(reason: RefusalReason, message: string): Refused {
  return { kind: 'refused', reason, message }
}

/** A refusal where `events`, called `what`, are too few for `parameters`. */
export function refusedIfFew(events: number, what: string, parameters: number): Refused | undefined {
  const least = EVENTS_PER_PARAMETER * parameters
  return events >= least
    ? undefined
    : refused('too-few', `${events} ${what} are too few: at least ${least} are needed.`)
}

export type Likelihood<M> = Readonly<{
  estimated: readonly (keyof M & string)[]
  model: (parameters: readonly number[]) => M
  logLikelihood: (parameters: readonly number[]) => number
  starts: readonly (readonly number[])[]
  /** Range of each parameter, where it is not `WIDE`. */
  ranges?: readonly Range[]
  climbs?: number
}>

export type Range = readonly [from: number, to: number]

/** A beta distribution with parameters beyond these is as good as one or two points. */
export const WIDE: Range = [1e-4, 1e5]

/** Maximum likelihood over positive parameters. */
export function fit<M>({ estimated, model, logLikelihood, starts, ranges, climbs = 1 }: Likelihood<M>): Fitted<M> {
  const limits = estimated.map((_, k) => ranges?.[k] ?? WIDE)
  const maximum = maximise({
    value: (at) => logLikelihood(at.map(Math.exp)),
    starts: starts.map((start) => start.map((p, k) => Math.log(within(limits[k] ?? WIDE, p)))),
    climbs,
    lower: limits.map(([from]) => Math.log(from)),
    upper: limits.map(([, to]) => Math.log(to)),
  })
  const { value, held, covariance, expectedGain, iterations, evaluations } = maximum
  return {
    kind: 'fitted',
    model: model(maximum.at.map(Math.exp)),
    logLikelihood: value,
    estimated,
    covariance,
    convergence: {
      converged: expectedGain < NOTHING,
      expectedGain,
      atLimit: held.flatMap((k) => estimated[k] ?? []),
      iterations,
      evaluations,
    },
  }
}

function within([from, to]: Range, x: number): number {
  return Math.min(to, Math.max(from, x))
}

const STEP = 1e-4

/**
 * Standard error of anything said with a fitted model, `of(model)`, by the
 * delta method: what is uncertain in the parameters, carried over at the slope.
 * On a scale where the answer can be anything (log-odds, ln of a count) ± 1.96 of it is an interval of 95 %.
 */
export function standardError<M extends object>(fitted: Fitted<M>, of: (model: M) => number): number | undefined {
  const { model, estimated, covariance } = fitted
  if (covariance === undefined) return undefined
  const slopes = estimated.map((name) => {
    const moved = (by: number): M => ({ ...model, [name]: Number(model[name]) * Math.exp(by) })
    return (of(moved(STEP)) - of(moved(-STEP))) / (2 * STEP)
  })
  const variance = slopes.reduce(
    (sum, slope, i) => sum + slope * slopes.reduce((row, other, j) => row + other * (covariance[i]?.[j] ?? 0), 0),
    0,
  )
  return Math.sqrt(Math.max(0, variance))
}
