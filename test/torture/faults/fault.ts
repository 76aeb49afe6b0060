import type { Ground } from '../ground/ground.ts'
import type { Choices } from '../random.ts'

/** A fault that has struck. */
export type Strike = Readonly<{
  /** What it has struck, for the log. */
  on: string
  /** Takes it back; answers what went against a promise meanwhile, a line each. */
  lift(): Promise<readonly string[]>
}>

export type Field = Readonly<{
  ground: Ground
  choices: Choices
  /** How long this one lasts. */
  lastsMs: number
  /** Writes records with a schema that nobody has asked for yet. */
  produceNewer(): Promise<void>
  /** Nothing more comes in for now; goes on by itself when the round is over. */
  rest(): void
  goOn(): void
  /** Contacts under way since then may be lost, and then count as made. 0: all there are. */
  lost(since: number): void
  /** Reads the log as far as it goes, for something will be deleted from it. */
  copyLog(): Promise<void>
}>

/** A kind of fault. A new one is a line in `registry.ts`. */
export type FaultKind = Readonly<{
  name: string
  /** How long it lasts in ms, at least and at most. */
  lastsMs: readonly [number, number]
  /** Of those that break the same server, one at a time. */
  part?: 'redis' | 'broker' | 'registry' | 'webhook' | 'mail'
  /** Nothing may be lost any more afterwards: the log does not hold it. */
  shortensLog?: true
  /** Loses what only the log can bring back. */
  needsLog?: true
  strike(field: Field): Promise<Strike>
}>

/** Nothing to take back. */
export const DONE = (): Promise<readonly string[]> => Promise.resolve([])
