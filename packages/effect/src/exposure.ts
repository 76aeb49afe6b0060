import type { EpochMs } from '@perennial/member'
import type { Arm } from './holdout.ts'

/**
 * A member was up for a play, and its arm was settled. Written for all arms alike, at the moment when every question is
 * answered that does not depend on the arm, and whether anything is delivered afterwards or not.
 */
export type Exposure = Readonly<{
  memberId: string
  play: string
  /** The membership term, as the contact key names it: next year's play is a new exposure. */
  term: string
  assignedAt: EpochMs
  arm: Arm
  /** Lapse risk 0..1 as it was right before; undefined: not scored. */
  riskBefore: number | undefined
  /** What a renewal is worth; undefined: not known, or the play is not about renewing. */
  dues: number | undefined
}>

/** The member reached the goal of the play, whoever brought that about. */
export type Outcome = Readonly<{ memberId: string; play: string; at: EpochMs }>

/**
 * Intention to treat: the first exposure per member, play and term counts, the others do not. The answer does not
 * depend on the order in which they come. What they come from is kept: it is the history of who was in which control.
 */
export function firstExposures(exposures: Iterable<Exposure>): readonly Exposure[] {
  const first = new Map<string, Exposure>()
  for (const exposure of exposures) {
    const key = JSON.stringify([exposure.memberId, exposure.play, exposure.term])
    const known = first.get(key)
    if (known === undefined || isEarlier(exposure, known)) first.set(key, exposure)
  }
  return [...first.values()]
}

/** In which arms a member has been, play by play and term by term, earliest first. */
export function armHistory(exposures: Iterable<Exposure>, memberId: string): readonly Exposure[] {
  const own = Array.from(exposures).filter((exposure) => exposure.memberId === memberId)
  return firstExposures(own).toSorted((a, b) => a.assignedAt - b.assignedAt)
}

function isEarlier(a: Exposure, b: Exposure): boolean {
  return a.assignedAt === b.assignedAt ? a.arm < b.arm : a.assignedAt < b.assignedAt
}

/** The name under which all plays together are compared with the global control. */
export const ALL_PLAYS = '*'

/** The exposures as if all plays were one, which the global control does not get and everybody else does. */
export function asOnePlay(exposures: Iterable<Exposure>): readonly Exposure[] {
  return Array.from(exposures, (exposure) => ({
    ...exposure,
    play: ALL_PLAYS,
    arm: exposure.arm === 'global-control' ? 'control' : 'treated',
  }))
}
