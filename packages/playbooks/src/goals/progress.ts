import type { Effect } from '@perennial/effect'
import type { EpochMs } from '@perennial/member'
import { METRICS } from './metrics.ts'
import type { Goal } from './parse-goals.ts'

/** Of members that were counted, how many reached it. */
export type Share = Readonly<{ members: number; reached: number }>

export type GoalState = 'on-track' | 'behind' | 'not-enough-data'

/**
 * How a goal stands. On track: the value is at least what is expected by now, which is the target of a share, and of a sum as
 * much of it as of the time has passed. Behind: it is below, and so is its whole interval. Not enough data yet: everything
 * else, which is fewer than 20 members, a play that cannot be judged yet, or below by no more than chance.
 */
export type Progress = Readonly<{
  state: GoalState
  /** Undefined: nothing could be counted. */
  value: number | undefined
  /** 90 % of a share; of what plays saved the 95 % that hold however often one looks. */
  low: number | undefined
  high: number | undefined
  /** What the value is held against at this moment. */
  expected: number
  /** Value ÷ target. */
  ratio: number | undefined
  /** Members it was counted from. */
  members: number
}>

/** With fewer, one member more or less moves a share by five points. */
const FEWEST = 20
/** Standard errors on either side of 90 %. */
const Z = 1.6449

/** How a share of members stands. */
export function shareProgress({ target }: Pick<Goal, 'target'>, { members, reached }: Share): Progress {
  if (members === 0) return { ...NOTHING, expected: target, members }
  const value = reached / members
  const interval = wilson(value, members)
  return judged({ target, expected: target }, { value, ...interval, members }, members < FEWEST)
}

/** How what plays saved stands. `effect` undefined: nobody was up for them. */
export function savedProgress(
  goal: Pick<Goal, 'target' | 'metric' | 'from' | 'until'>,
  effect: Effect | undefined,
  now: EpochMs,
): Progress {
  const { target, from, until, metric } = goal
  const passed = Math.min(1, Math.max(0, (now - from) / (until - from)))
  const expected = target * passed
  const saved = metric === 'saved-dues' ? effect?.saved?.dues : effect?.saved?.members
  const members = effect === undefined ? 0 : effect.treated.members + effect.control.members
  if (effect === undefined || saved === undefined) return { ...NOTHING, expected, members }
  return judged({ target, expected }, { ...saved, members }, effect.verdict.kind === 'too-few')
}

const NOTHING = {
  state: 'not-enough-data',
  value: undefined,
  low: undefined,
  high: undefined,
  ratio: undefined,
} as const

type Found = Readonly<{ value: number; low: number; high: number; members: number }>

function judged(
  { target, expected }: Readonly<{ target: number; expected: number }>,
  found: Found,
  tooFew: boolean,
): Progress {
  const { value, high } = found
  const state = tooFew
    ? 'not-enough-data'
    : value >= expected
      ? 'on-track'
      : high < expected
        ? 'behind'
        : 'not-enough-data'
  return { ...found, expected, ratio: value / target, state }
}

/** Wilson, Journal of the American Statistical Association 22, 1927: good for small groups and shares near 1. */
function wilson(share: number, members: number): Readonly<{ low: number; high: number }> {
  const z2 = Z ** 2 / members
  const middle = (share + z2 / 2) / (1 + z2)
  const reach = (Z * Math.sqrt((share * (1 - share)) / members + z2 / members / 4)) / (1 + z2)
  return { low: Math.max(0, middle - reach), high: Math.min(1, middle + reach) }
}

/** A goal's share of members is no sum: what kind its metric is. */
export function isShare({ metric }: Pick<Goal, 'metric'>): boolean {
  return METRICS[metric].kind === 'share'
}
