import type { Mailbox } from '@perennial/streams'

/** Where members get mail. The one place that holds addresses: everything else knows members by their number. */
export type AddressBook = Readonly<{
  /** Undefined: none is known. Throws a Fault when it was sealed with a key that is not there any more. */
  addressOf(memberId: string): Promise<string | undefined>
  /** What is dated later wins, whatever the order. Can be repeated. */
  keep(mailboxes: readonly Mailbox[]): Promise<void>
  /** Whether anything is kept of the member, if only that an address was taken back. Needs no key. */
  has(memberId: string): Promise<boolean>
  /** Leaves nothing of the member. Facts that are read again bring the address back: see to those first. */
  forget(memberId: string): Promise<void>
}>
