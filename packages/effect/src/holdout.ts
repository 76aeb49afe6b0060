import { idHash } from '@perennial/member'

/**
 * What was drawn for a member. `global-control`: gets no play at all, so that it tells what all plays do together;
 * `control`: does not get this one play, and the others like everybody else, so that it tells what this play adds.
 */
export const ARMS = ['treated', 'control', 'global-control'] as const
export type Arm = (typeof ARMS)[number]

type Draw = Readonly<{
  /** Of the deployment, and never changed: with another one everybody is drawn anew. */
  salt: string
  memberId: string
  /** Of members who are held out, 0..1. A greater share holds out more members, and all whom a smaller one does. */
  share: number
}>

/** Whether the member is left without this play for the sake of comparison. The same answer for ever. */
export function isHeldOut({ salt, memberId, play, share }: Draw & Readonly<{ play: string }>): boolean {
  return placeOf(salt, play, memberId) < checkedShare(share)
}

/** Whether the member is left without any play. Drawn independently of what is drawn for a play. */
export function isHeldOutOfAll({ salt, memberId, share }: Draw): boolean {
  return placeOf(salt, memberId) < checkedShare(share)
}

/** What holds for this member and play. */
export function armOf({
  globalShare,
  ...draw
}: Draw & Readonly<{ play: string; /** Of the global holdout, 0..1. */ globalShare: number }>): Arm {
  if (isHeldOutOfAll({ ...draw, share: globalShare })) return 'global-control'
  return isHeldOut(draw) ? 'control' : 'treated'
}

/**
 * A place in 0 … 1, the end left out. MurmurHash3, as experiment platforms take it (Optimizely, Amplitude); JSON keeps
 * the parts apart whatever is in them, and a play from the global holdout.
 */
function placeOf(salt: string, ...parts: readonly string[]): number {
  if (salt === '') throw new Error('The holdout needs a salt: set one, keep it, and never change it.')
  return idHash(JSON.stringify([salt, ...parts])).hi / 2 ** 32
}

function checkedShare(share: number): number {
  if (share >= 0 && share <= 1) return share
  throw new Error(`A holdout share is between 0 and 1 (0.1 holds out every tenth member), not ${share}.`)
}
