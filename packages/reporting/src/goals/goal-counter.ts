import { ALL_PLAYS, effectOf } from '@perennial/effect'
import type { EpochMs } from '@perennial/member'
import {
  type Goal,
  isShare,
  memberReached,
  type Plays,
  type Progress,
  savedProgress,
  shareProgress,
} from '@perennial/playbooks'
import type { Counter } from '../survey.ts'
import { tallyCounter } from '../uplift/tallies.ts'

export type GoalProgress = Readonly<{ goal: Goal; progress: Progress }>

type GoalCounter = Counter & Readonly<{ progress(): GoalProgress }>

/** Counts how a goal stands. */
export function goalCounter(goal: Goal, plays: Pick<Plays, 'playbooks' | 'policy'>, now: EpochMs): GoalCounter {
  return isShare(goal) ? shareCounter(goal, now) : savedCounter(goal, plays, now)
}

function shareCounter(goal: Goal, now: EpochMs): GoalCounter {
  let [members, reached] = [0, 0]
  return {
    take(page) {
      for (const { row } of page) {
        const found = memberReached(goal, row, now)
        if (found === undefined) continue
        members++
        if (found) reached++
      }
    },
    progress: () => ({ goal, progress: shareProgress(goal, { members, reached }) }),
  }
}

function savedCounter(goal: Goal, plays: Pick<Plays, 'playbooks' | 'policy'>, now: EpochMs): GoalCounter {
  const counter = tallyCounter({ plays, now: Math.min(now, goal.until), since: goal.from })
  return {
    take: counter.take,
    progress() {
      const tally = counter.tallies().get(goal.play ?? ALL_PLAYS)
      return { goal, progress: savedProgress(goal, tally && effectOf(tally), now) }
    },
  }
}
