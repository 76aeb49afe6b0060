/** Positions by topic and partition. */
export type Positions = Readonly<Record<string, readonly number[]>>

/**
 * Up to where it is certain that what the log tells of contacts is stored. Claims lie beside the contacts and are
 * written after them, so a store that comes back with less than it had comes back with an older claim, too.
 */
export interface ContactClaims {
  /** Undefined: nothing is claimed, or the store has lost everything. */
  read(): Promise<Positions | undefined>
  write(positions: Positions): Promise<void>
  /** From now on nothing is claimed. */
  clear(): Promise<void>
}
