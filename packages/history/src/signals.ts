import {
  BUILT_IN,
  type EpochMs,
  MOST_OPEN_SIGNALS,
  type OpenSignal,
  signalProblems,
  type Vocabulary,
} from '@perennial/member'
import { type Effect, effectOfAction } from '@perennial/streams'
import type { Action } from './facts.ts'
import type { History } from './history.ts'
import { ignoredActions } from './task.ts'

export type ChosenSignals = Readonly<{
  /** Most frequent first; where equally frequent, by stream and action. */
  open: readonly OpenSignal[]
  /** Actions that found no place, or whose name no signal can have: they count as nothing. */
  leftOut: readonly Action[]
}>

/**
 * The actions of a history that become signals of their own: those that the built-in table does not know, are not
 * ignored and are seen before `before`; at most `MOST_OPEN_SIGNALS`. What is seen later changes nothing, so that a
 * model knows no more than it could have known. Counts in the answer are those before `before`.
 */
export function openSignalsOf(
  history: History,
  { before, ignored }: Readonly<{ before: EpochMs; ignored: readonly string[] }>,
): ChosenSignals {
  const counts = countsBefore(history, before)
  const skipped = ignoredActions(history.actions, ignored)
  const candidates = history.actions
    .map(({ stream, action }, i) => ({ stream, action, count: counts[i] ?? 0 }))
    .filter(({ stream, action, count }, i) => count > 0 && skipped[i] === 0 && isUnknown(stream, action))
    // The actions come by stream and name, and the sort is stable.
    .toSorted((a, b) => b.count - a.count)
  const named = candidates.filter(({ stream, action }) => signalProblems([{ stream, action }]).length === 0)
  // Two of them may still make one name: "a.b" + "c" and "a" + "b.c".
  const different = named.filter(({ stream, action }, i) => {
    const name = `${stream}.${action}`
    return named.findIndex((other) => `${other.stream}.${other.action}` === name) === i
  })
  const open = different.slice(0, MOST_OPEN_SIGNALS)
  return {
    open: open.map(({ stream, action }) => ({ stream, action })),
    leftOut: candidates.filter((candidate) => !open.includes(candidate)),
  }
}

function isUnknown(stream: string, action: string): boolean {
  const effect = effectOfAction(BUILT_IN, stream, action)
  return 'kind' in effect && effect.reason === 'unknown-signal'
}

function countsBefore({ actions, facts }: History, before: EpochMs): Uint32Array {
  const counts = new Uint32Array(actions.length)
  for (let i = 0; i < facts.count; i++) {
    if ((facts.at[i] ?? 0) >= before) continue
    const action = facts.action[i] ?? 0
    counts[action] = (counts[action] ?? 0) + 1
  }
  return counts
}

/** What each action of a history counts as with these signals, by its place; undefined for nothing. */
export function effectsOf(
  { actions }: History,
  vocabulary: Vocabulary,
  ignored: readonly string[],
): (Effect | undefined)[] {
  const skipped = ignoredActions(actions, ignored)
  return actions.map(({ stream, action }, i) => {
    if (skipped[i] === 1) return undefined
    const effect = effectOfAction(vocabulary, stream, action)
    return 'kind' in effect ? undefined : effect
  })
}
