import type { Standing } from './partition-store.ts'

/** The serving state of a partition while it is held: nobody but the holder commits to it, and that is known for sure only at the switch. */
export type Held = Standing &
  Readonly<{
    /** How many facts the partition has sent to others. */
    sent: number
    /** Progress by source, as written by `commit`. */
    sources: ReadonlyMap<string, string>
  }>

/** Noted of a next generation that was the previous one. */
export const TAKEN_BACK = 'taken back'

/**
 * - `switched`: the next generation serves, and what served is kept as the previous one.
 * - `fenced`: somebody else has taken one of the two over since: nothing was changed.
 * - `conflict`: they do not stand at the same offset: nothing was changed.
 */
export type SwitchAnswer = 'switched' | 'fenced' | 'conflict'

/**
 * The states of a partition: the one that serves, the next one, made by a rebuild beside it, and the previous one, kept
 * for a roll-back. A switch renames their keys, all in one script: whoever reads a partition's state follows without
 * knowing, and the owner of the state that served is fenced by the epoch of the one that serves now.
 *
 * What was committed and is not published yet (the outbox) is nobody's copy: it stays where it is.
 */
export interface Generations {
  /**
   * Takes the serving state from its owner, and asks scoring not to take it back until `release`, `switchOver`, or
   * `forMs` are over: a holder that dies holds nobody up for long. Undefined: nothing is stored here.
   */
  hold(partition: number, forMs: number): Promise<Held | undefined>
  /** For so long again. False: it was too late. */
  holdOn(partition: number, forMs: number): Promise<boolean>
  release(partition: number): Promise<void>
  /** Puts the next generation, which the owner of `next` has brought to the offset of the one held, in its place, and ends the hold. */
  switchOver(partition: number, held: Held, next: Readonly<{ epoch: number; rescore: boolean }>): Promise<SwitchAnswer>
  /** Makes the previous generation the next one, to be brought up to date and switched to. False: there is none, or a next one exists. */
  takeBack(partition: number): Promise<boolean>
  /** Which of the two beside the serving one are there. */
  kept(partition: number): Promise<Readonly<{ next: boolean; previous: boolean }>>
  /** Forgets one of them. Whoever still writes to it is fenced. */
  discard(partition: number, generation: 'next' | 'previous'): Promise<void>
  /** Takes a subject out of both of them; answers how many rows went. The serving state forgets by the log. */
  forget(partition: number, subject: string): Promise<number>
  /** What was noted of the next generation when it was begun; undefined: nothing. */
  noteOf(partition: number): Promise<string | undefined>
  note(partition: number, text: string): Promise<void>
}
