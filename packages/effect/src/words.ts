import type { Effect, Estimated, Uplift } from './effect.ts'
import type { Group, Interval } from './rate-difference.ts'

/** The effect in sentences for a membership manager. `goal` is what members did: "renewed". */
export function effectInWords(effect: Effect, goal = 'reached the goal'): string {
  const { uplift, treated, control } = effect
  if (uplift === undefined) return nobodyIn(effect)
  const sentences = [
    `${headline(effect)}.`,
    `Of ${counted(treated.members)} it was meant for, ${rate(treated)} ${goal}; of ${count(control.members)} held out, ${rate(control)}.`,
    `${differenceInWords(uplift)}.`,
    ...savedInWords(effect),
    ...retirementInWords(effect),
    ...waitingInWords(effect),
  ]
  return sentences.join(' ')
}

function nobodyIn(effect: Effect): string {
  return [whoIsMissing(effect), ...waitingInWords(effect)].join(' ')
}

function whoIsMissing({ treated, control }: Effect): string {
  if (treated.members + control.members === 0) return 'Not enough members yet: nobody to compare.'
  if (control.members === 0) return 'Cannot be told: nobody is held out, so set a holdout share.'
  return 'Cannot be told: everybody is held out, so lower the holdout share.'
}

function headline({ verdict, criteria }: Effect): string {
  switch (verdict.kind) {
    case 'helps':
      return 'Helps'
    case 'hurts':
      return 'Hurts: stop it'
    case 'no-effect-seen':
      return 'No effect seen'
    case 'too-few': {
      const more = verdict.more === undefined ? '' : `: about ${count(verdict.more)} more`
      return `Not enough members yet${more} to see a difference of ${points(criteria.minimumEffect)}`
    }
  }
}

function differenceInWords({ difference, anyTime, helpsProbability, adjusted }: Uplift): string {
  const allowed = adjusted ? ', allowing for the risk they had' : ''
  // Nothing seen in members is ever sure.
  const chance = `${percentOf(Math.min(0.999, Math.max(0.001, helpsProbability)))} likely to help at all`
  return `That is ${moreOrLess(difference.value)}${allowed} (${range(anyTime)}), ${chance}`
}

function moreOrLess(difference: number): string {
  const size = points(Math.abs(difference))
  if (size === points(0)) return 'no difference'
  return `${size} ${difference < 0 ? 'less' : 'more'}`
}

function savedInWords({ verdict, saved }: Effect): readonly string[] {
  if (verdict.kind !== 'helps' || saved === undefined) return []
  const { members, dues } = saved
  const ofDues = dues === undefined ? '' : ` and ${whole(dues)} in dues`
  return [`About ${whole(members)} members${ofDues} saved.`]
}

function retirementInWords({ proposedForRetirement, verdict, criteria }: Effect): readonly string[] {
  if (!proposedForRetirement || verdict.kind === 'hurts') return []
  return [`It does less than the ${points(criteria.minimumEffect)} that make a play worthwhile: consider retiring it.`]
}

function waitingInWords({ waiting }: Effect): readonly string[] {
  if (waiting === 0) return []
  return [waiting === 1 ? '1 member still has time.' : `${count(waiting)} members still have time.`]
}

/** To three digits: more would be show. */
function whole({ value, low, high }: Estimated): string {
  const [middle, from, to] = [value, low, high].map((x) => count(Number(x.toPrecision(3))))
  return `${middle} (${from} to ${to})`
}

function range({ low, high }: Interval): string {
  return `${signed(100 * low)} to ${signed(100 * high)}`
}

function rate({ members, successes }: Group): string {
  return percentOf(successes / members)
}

function points(difference: number): string {
  const number = withoutZero((100 * difference).toFixed(1))
  return `${number} ${number === '1' ? 'point' : 'points'}`
}

function percentOf(share: number): string {
  return `${withoutZero((100 * share).toFixed(1))} %`
}

function signed(x: number): string {
  const text = withoutZero(Math.abs(x).toFixed(1))
  return text === '0' ? '0' : `${x < 0 ? '−' : '+'}${text}`
}

function withoutZero(text: string): string {
  return text.replace(/\.0$/, '')
}

function counted(n: number): string {
  return `${count(n)} ${n === 1 ? 'member' : 'members'}`
}

/** 12,345 */
function count(n: number): string {
  const digits = String(Math.abs(Math.round(n))).replaceAll(/\B(?=(\d{3})+$)/g, ',')
  return n <= -0.5 ? `−${digits}` : digits
}
