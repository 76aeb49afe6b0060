import type { Mailbox } from '@perennial/streams'

/** How far a change of keys is: addresses looked at, of how many, and sealed anew. */
export type Rotated = Readonly<{ seen: number; total: number; resealed: number }>

/** Where members get mail. The one place that holds addresses: everything else knows members by their number. */
export type AddressBook = Readonly<{
  /** Undefined: none is known. Throws a Fault when it was sealed with a key that is not there any more. */
  addressOf(memberId: string): Promise<string | undefined>
  /** What is dated later wins, whatever the order. Can be repeated. */
  keep(mailboxes: readonly Mailbox[]): Promise<void>
  /**
   * Seals anew, with the newest key, what an older one has sealed; a page at a time, and again from the beginning
   * after an interruption. Throws a Fault where a key is missing: nothing of that page is lost.
   */
  rotate(): AsyncIterable<Rotated>
  /** Whether anything is kept of the member, if only that an address was taken back. Needs no key. */
  has(memberId: string): Promise<boolean>
  /** Leaves nothing of the member. Facts that are read again bring the address back: see to those first. */
  forget(memberId: string): Promise<void>
}>
