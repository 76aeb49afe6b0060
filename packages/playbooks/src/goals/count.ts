import { DAY_MS, type EpochMs, type Rows, SLOT, slot, YEAR_MS } from '@perennial/member'
import { memberState } from '../member-state.ts'
import { inSegment } from '../segment/segment.ts'
import type { Goal } from './parse-goals.ts'

/** A term counts so long after its end: many renew late, and who has not renewed by then seldom does. */
const GRACE_MS = 30 * DAY_MS
const ACTIVE_MS = 90 * DAY_MS

/**
 * What the member of a row says about a goal that is a share: true, reached; false, not; undefined: does not count, or not
 * yet. Only terms that ended at least 30 days ago count, whether renewed or not: else those who renew early would be all there is.
 */
export function memberReached(
  goal: Pick<Goal, 'metric' | 'from' | 'until' | 'for'>,
  row: Rows,
  now: EpochMs,
): boolean | undefined {
  const { metric, from, until } = goal
  const isIn = (at: EpochMs) => at >= from && at < Math.min(until, now - GRACE_MS)
  const found = FOUND[metric]?.(row, { isIn, now: Math.min(now, until) })
  if (found === undefined || goal.for === undefined) return found
  return inSegment(goal.for, memberState(row, 0), now) ? found : undefined
}

type Asked = Readonly<{ isIn: (at: EpochMs) => boolean; now: EpochMs }>

const FOUND: Readonly<Partial<Record<Goal['metric'], (row: Rows, asked: Asked) => boolean | undefined>>> = {
  'renewal-rate': renewed,
  'first-year-retention': stayed,
  'active-share': active,
}

/** The latest term that is over: the one that runs began where the one before it ended, or ended itself. */
function renewed(row: Rows, { isIn }: Asked): boolean | undefined {
  const [start, end, joined] = [slot(row, 0, SLOT.termStart), slot(row, 0, SLOT.termEnd), slot(row, 0, SLOT.joinedAt)]
  if (end === 0) return undefined
  if (isIn(end)) return false
  // Some member databases move only the end: then the term before it is taken to have been a year long.
  const before = start > joined + DAY_MS ? start : end - YEAR_MS
  return before > joined + DAY_MS && isIn(before) ? true : undefined
}

function stayed(row: Rows, { isIn }: Asked): boolean | undefined {
  const [end, joined] = [slot(row, 0, SLOT.termEnd), slot(row, 0, SLOT.joinedAt)]
  if (joined === 0 || end === 0 || !isIn(joined + YEAR_MS)) return undefined
  return end > joined + YEAR_MS + GRACE_MS
}

function active(row: Rows, { now }: Asked): boolean | undefined {
  if (memberState(row, 0).status !== 'active') return undefined
  return slot(row, 0, SLOT.lastAt) > now - ACTIVE_MS
}
