import type { Random } from '@perennial/testkit'
import type { Group } from '../rate-difference.ts'
import type { ArmSums, Tally } from '../tally.ts'

/** What happens with a chance of `rate` to each of so many members. */
export function drawnGroup(random: Random, members: number, rate: number): Group {
  let successes = 0
  for (let i = 0; i < members; i++) if (random() < rate) successes++
  return { members, successes }
}

/** Sums of members without a risk and without dues. */
export function unscored({ members, successes }: Group): ArmSums {
  const none = { scored: 0, scoredSuccesses: 0, risk: 0, riskSquared: 0, riskOfSuccesses: 0 }
  return { members, successes, ...none, withDues: 0, dues: 0 }
}

export function tallyOf(treated: Group, control: Group): Tally {
  return { treated: unscored(treated), control: unscored(control), waiting: 0 }
}

type Scored = Readonly<{ members: number; rateAt: (risk: number) => number; riskOf: (random: Random) => number }>

/** Sums of members with a risk each, who succeed with a chance that depends on it. */
export function scoredGroup(random: Random, { members, rateAt, riskOf }: Scored): ArmSums {
  const sums = { ...unscored({ members, successes: 0 }), scored: members }
  for (let i = 0; i < members; i++) {
    const risk = riskOf(random)
    const success = random() < rateAt(risk) ? 1 : 0
    sums.successes += success
    sums.scoredSuccesses += success
    sums.risk += risk
    sums.riskSquared += risk * risk
    sums.riskOfSuccesses += risk * success
  }
  return sums
}

/** In how many of `times` simulations something is so, as a share. */
export function shareOf(times: number, isSo: (simulation: number) => boolean): number {
  let count = 0
  for (let i = 0; i < times; i++) if (isSo(i)) count++
  return count / times
}
