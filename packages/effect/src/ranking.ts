import type { Effect } from './effect.ts'

export type PlayEffect = Readonly<{ play: string; effect: Effect }>

/**
 * Plays by the dues they saved, most first; where no dues are known by the members. Plays with too few members come
 * last, whatever their numbers look like: of many small groups the luckiest would lead the list.
 */
export function rankedPlays<P extends PlayEffect>(plays: readonly P[]): readonly P[] {
  return plays.toSorted(
    (a, b) =>
      Number(isOpen(a)) - Number(isOpen(b)) ||
      (b.effect.saved?.dues?.value ?? 0) - (a.effect.saved?.dues?.value ?? 0) ||
      (b.effect.saved?.members.value ?? 0) - (a.effect.saved?.members.value ?? 0) ||
      (a.play < b.play ? -1 : 1),
  )
}

function isOpen({ effect }: PlayEffect): boolean {
  return effect.verdict.kind === 'too-few'
}
