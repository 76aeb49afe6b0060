import type { AddressBook } from '@perennial/runtime'
import type { Mailbox } from '@perennial/streams'

/** `AddressBook` without Redis, and open. */
export function memoryAddressBook(): AddressBook {
  const known = new Map<string, Mailbox>()
  return {
    async addressOf(memberId) {
      const mailbox = known.get(memberId)
      return mailbox?.theirs === true ? mailbox.address : undefined
    },
    async keep(mailboxes) {
      for (const mailbox of mailboxes.toSorted((a, b) => Number(b.theirs) - Number(a.theirs))) {
        const before = known.get(mailbox.memberId)
        if (before !== undefined && before.at > mailbox.at) continue
        const takesBack = before?.theirs === true && before.address.toLowerCase() === mailbox.address.toLowerCase()
        if (mailbox.theirs || takesBack) known.set(mailbox.memberId, mailbox)
      }
    },
    async *rotate() {
      yield { seen: known.size, total: known.size, resealed: 0 }
    },
    has: async (memberId) => known.has(memberId),
    forget: async (memberId) => void known.delete(memberId),
  }
}
