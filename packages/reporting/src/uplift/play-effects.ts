import { ALL_PLAYS, type Effect, effectInWords, effectOf, rankedPlays, type Tally } from '@perennial/effect'
import type { Playbook, PlayGoal } from '@perennial/playbooks'
import type { Tallies } from './tallies.ts'

/** What a play has changed. */
export type PlayReport = Readonly<{ play: string; goal: PlayGoal; effect: Effect; words: string }>

export type PlayEffects = Readonly<{
  /** Those that saved most dues first; who nobody was ever up for is left out. */
  ranked: readonly PlayReport[]
  /** Of all plays together, next to who gets none; undefined: nobody was up for any. */
  together: PlayReport | undefined
}>

const GOAL_WORDS: Readonly<Record<PlayGoal, string>> = { renewed: 'renewed', active: 'were active again' }

/** Effects of these plays, from what became of everybody who was up for them. */
export function playEffects(playbooks: readonly Playbook[], tallies: Tallies): PlayEffects {
  const reports = playbooks.flatMap(({ name, success }) => reportOf(name, success.goal, tallies.get(name)))
  const [together] = reportOf(ALL_PLAYS, 'renewed', tallies.get(ALL_PLAYS))
  return { ranked: rankedPlays(reports), together }
}

function reportOf(play: string, goal: PlayGoal, found: Tally | undefined): PlayReport[] {
  if (found === undefined || isEmpty(found)) return []
  const effect = effectOf(found)
  return [{ play, goal, effect, words: effectInWords(effect, GOAL_WORDS[goal]) }]
}

/** Nobody was ever up for it: most shipped plays are switched off. */
function isEmpty({ treated, control, waiting }: Tally): boolean {
  return treated.members + control.members + waiting === 0
}
