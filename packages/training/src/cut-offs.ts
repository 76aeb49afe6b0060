import { type History, populationAt, type Task } from '@perennial/history'
import { DAY_MS, type EpochMs } from '@perennial/member'
import { Fault, isFault } from '@perennial/runtime'
import { day, days } from './words.ts'

/** Past cut-offs that are chosen at most: older years tell less about the next, and each is as much work again. */
const MOST_PAST = 4

/** So early that a few facts with impossible dates before it are no beginning. */
const STRAY_SHARE = 0.005

/**
 * The past cut-offs that were asked for, in order of time. What became of their members must be known by `knownAt`, the
 * instant from which nothing may be used. Throws a Fault `training/label-unknown`.
 */
export function checkedCutOffs(task: Task, asked: readonly EpochMs[], knownAt: EpochMs): readonly EpochMs[] {
  const late = asked.find((at) => at + task.horizonMs > knownAt)
  if (late === undefined) return [...new Set(asked)].toSorted((a, b) => a - b)
  throw new Fault(
    'training/label-unknown',
    `--train-cutoff ${day(late)} is too late: what became of members within ${days(task.horizonMs)} of it is not known ` +
      `before ${day(late + task.horizonMs)}, and nothing from ${day(knownAt)} on may be used. ` +
      `The latest possible is ${day(knownAt - task.horizonMs)}.`,
  )
}

/**
 * Past cut-offs at the horizon's distance, back from the last one whose labels are known at `knownAt`, in order of time:
 * at most `MOST_PAST`, and but for the latest only where a horizon's worth of history lies before. Where nobody is a
 * member, or all of them lapse, there is none. Nothing at or after `knownAt` has a say. Throws a Fault `training/no-cut-off` where there is no
 * history before the latest.
 */
export function chosenCutOffs(history: History, task: Task, knownAt: EpochMs): readonly EpochMs[] {
  const begin = beginOf(history, knownAt)
  const latest = earlier(knownAt, task.horizonMs)
  if (!(begin < latest))
    throw new Fault(
      'training/no-cut-off',
      `There is nothing to learn from: the history begins ${Number.isFinite(begin) ? `at ${day(begin)}` : 'later'}, and a ` +
        `model for ${day(knownAt)} has to learn from members at ${day(latest)} or before, ${days(task.horizonMs)} earlier. ` +
        'Give more history, a later cut-off, or a shorter horizon.',
    )
  const chosen: EpochMs[] = []
  for (let at = latest; chosen.length < MOST_PAST && at > begin; at = earlier(at, task.horizonMs)) {
    const isDeep = at - task.horizonMs >= begin
    if (chosen.length > 0 && !isDeep) break
    if (isOfUse(history, task, at)) chosen.unshift(at)
  }
  return chosen.length > 0 ? chosen : [latest]
}

const ORDINARY_YEAR_MS = 365 * DAY_MS

/**
 * A horizon before an instant. Whole years go back to the same day of the year: what happens once a year would else
 * change sides from one cut-off to the next, for every leap year moves them by a day.
 */
function earlier(at: EpochMs, horizonMs: number): EpochMs {
  const years = horizonMs / ORDINARY_YEAR_MS
  if (!Number.isInteger(years)) return at - horizonMs
  const date = new Date(at)
  const month = date.getUTCMonth()
  date.setUTCFullYear(date.getUTCFullYear() - years)
  // There is no 29 February in most years: the day before, so that the horizon still ends in time.
  if (date.getUTCMonth() !== month) date.setUTCDate(0)
  return date.getTime()
}

/** That all members lapse means that the data, or the cut-off, tell nothing of it: at that rate nobody would be left. */
function isOfUse(history: History, task: Task, at: EpochMs): boolean {
  try {
    return populationAt(history, task, at).labels.includes(0)
  } catch (error) {
    if (isFault(error, 'history/nobody')) return false
    throw error
  }
}

/** When the history begins, but for stray facts: of what lies before `before`. Infinity for never. */
function beginOf({ facts, spells }: History, before: EpochMs): EpochMs {
  let all = 0
  const byDay = new Uint32Array(Math.max(1, Math.ceil(before / DAY_MS)))
  for (let i = 0; i < facts.count; i++) {
    const at = facts.at[i] ?? Number.NaN
    if (!(at < before)) continue
    const place = Math.max(0, Math.floor(at / DAY_MS))
    byDay[place] = (byDay[place] ?? 0) + 1
    all++
  }
  if (all === 0) return Math.min(Number.POSITIVE_INFINITY, ...firstJoinings(spells))
  let sum = 0
  const first = byDay.findIndex((count) => (sum += count) > all * STRAY_SHARE)
  return first * DAY_MS
}

function firstJoinings(spells: History['spells']): readonly EpochMs[] {
  let first = Number.POSITIVE_INFINITY
  for (const at of spells?.joinedAt ?? []) if (at < first) first = at
  return [first]
}
