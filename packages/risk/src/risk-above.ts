import { type EpochMs, MINUTE_MS, type Rows, SLOT, slot, STATUS } from '@perennial/member'
import { bandNumber } from './bands.ts'
import { evaluate, logitBefore, nextStep } from './evaluate.ts'
import { probability } from './log-odds.ts'
import { edgeAbove, edgeBelow, fallBy, LAST_INSTANT, riseBy, type Watch, watchMoves } from './next-check.ts'
import { RISK_STEP } from './risk-step.ts'

/**
 * How a member's risk stands to a level. `above`: it has been at the level or above it at least since then, without a
 * break. `below`: it is not above it before `until`, whatever happens, and may be then; Infinity = not by itself.
 */
export type RiskAbove = Readonly<{ kind: 'above'; since: EpochMs } | { kind: 'below'; until: EpochMs }>

/**
 * Instants that are looked at lie a minute apart at least, and a thousandth of the time since the latest fact, so that a risk
 * that stays at the very level for years is some thousand looks. A shorter time on the other side may go unnoticed.
 */
const LEAST_LOOK_MS = MINUTE_MS
const LEAST_LOOK_SHARE = 1 / 1_000

/**
 * What the row and the model can say about how long the risk has been at `level` (0..1, both excluded) or above it, at
 * `at`. Undefined: there is no risk to tell, of somebody who has lapsed or of whom nothing is known.
 *
 * After the latest fact the risk follows from the row alone, and the instant it crossed the level is worked out
 * (see `LEAST_LOOK_MS` for how exactly).
 * What it was before that fact the row does not hold. It holds the band, which is left as soon as the risk is below
 * its exit threshold, once the hold is over: so with a level no higher than that, the risk has been above it since
 * then. Otherwise the latest fact is as far back as anybody can vouch for.
 */
export function riskAbove(watch: Watch, rows: Rows, i: number, level: number, at: EpochMs): RiskAbove | undefined {
  const latestFact = slot(rows, i, SLOT.asOf)
  if (latestFact === 0 || slot(rows, i, SLOT.status) === STATUS.lapsed) return undefined
  const since = crossedAt(watch, rows, i, level, at)
  if (since === undefined) return { kind: 'below', until: untilNear(watch, rows, i, level, Math.max(at, latestFact)) }
  return { kind: 'above', since: since === latestFact ? Math.min(since, bandHeldAbove(watch, rows, i, level)) : since }
}

/** Since when, from the latest fact on, the risk has been above; undefined: at `at` it is below. */
function crossedAt(watch: Watch, rows: Rows, i: number, level: number, at: EpochMs): EpochMs | undefined {
  const { compiled } = watch
  const up = edgeAbove(compiled, level)
  const down = edgeBelow(compiled, level)
  let since: EpochMs | undefined
  for (let t = slot(rows, i, SLOT.asOf); ;) {
    const logit = evaluate(compiled, rows, i, t)
    const before = logitBefore(compiled, logit)
    const isAbove = probability(logit) >= level
    since = isAbove ? (since ?? t) : undefined
    const count = watchMoves(watch, rows, i, t)
    const change = isAbove ? fallBy(watch, t, count, before - down) : riseBy(watch, t, count, up - before)
    t = laterOf(watch, rows, i, t, change)
    if (t > at) return since
  }
}

/**
 * Until when the risk is not near the level. Near is where facts may lift it over the level without its being made known:
 * then all that is certain is that it is below now.
 */
function untilNear(watch: Watch, rows: Rows, i: number, level: number, at: EpochMs): EpochMs {
  const { compiled } = watch
  const near = level - RISK_STEP
  const logit = evaluate(compiled, rows, i, at)
  // What was told may lie higher than what is: the risk may come back up to it, and a step beyond, unheard.
  if (near <= 0 || probability(logit) >= near || slot(rows, i, SLOT.emittedRisk) >= near) return at
  const count = watchMoves(watch, rows, i, at)
  const rise = riseBy(watch, at, count, edgeAbove(compiled, near) - logitBefore(compiled, logit))
  const until = laterOf(watch, rows, i, at, rise)
  return until > LAST_INSTANT ? Infinity : until
}

/** The next instant to look at: where the risk may have changed sides, or a date changes its course. */
function laterOf({ compiled }: Watch, rows: Rows, i: number, at: EpochMs, change: EpochMs): EpochMs {
  const least = Math.max(LEAST_LOOK_MS, LEAST_LOOK_SHARE * (at - slot(rows, i, SLOT.asOf)))
  return Math.max(Math.ceil(at + least), Math.min(Math.floor(change), nextStep(compiled, rows, i, at)))
}

/** Since when the band vouches for it; Infinity: it does not. */
function bandHeldAbove({ bands }: Watch, rows: Rows, i: number, level: number): EpochMs {
  const band = bandNumber(slot(rows, i, SLOT.band))
  return level <= bands.lowerEdge(band) ? bands.fallFrom(slot(rows, i, SLOT.bandSince)) : Infinity
}
