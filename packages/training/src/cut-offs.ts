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
 * at most `MOST_PAST`, and but for the latest only where a horizon's worth of history lies before. Nothing at or after
 * `knownAt` has a say. Throws a Fault `training/no-cut-off` where there is no history before the latest.
 */
export function chosenCutOffs(history: History, task: Task, knownAt: EpochMs): readonly EpochMs[] {
  const begin = beginOf(history, knownAt)
  const latest = knownAt - task.horizonMs
  if (!(begin < latest))
    throw new Fault(
      'training/no-cut-off',
      `There is nothing to learn from: the history begins ${Number.isFinite(begin) ? `at ${day(begin)}` : 'later'}, and a ` +
        `model for ${day(knownAt)} has to learn from members at ${day(latest)} or before, ${days(task.horizonMs)} earlier. ` +
        'Give more history, a later cut-off, or a shorter horizon.',
    )
  const chosen: EpochMs[] = []
  for (let at = latest; chosen.length < MOST_PAST; at -= task.horizonMs) {
    const isDeep = at - task.horizonMs >= begin
    if (chosen.length > 0 && (!isDeep || !hasMembers(history, task, at))) break
    chosen.unshift(at)
  }
  return chosen
}

function hasMembers(history: History, task: Task, at: EpochMs): boolean {
  try {
    populationAt(history, task, at)
    return true
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
