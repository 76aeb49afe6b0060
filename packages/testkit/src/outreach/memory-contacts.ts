import type { Contact, ContactCap, ContactRef, Contacts, Reserved } from '@perennial/runtime'

/** `Contacts` without Redis; the same contract suite holds for both. */
export function memoryContacts(): Contacts {
  const contacts = new Map<string, Contact>()
  const times = new Map<string, Map<string, number>>()

  const nameOf = ({ memberId, termId, playbook, step }: ContactRef) => `${memberId}|${termId}|${playbook}|${step}`
  const timesOf = ({ memberId, audience }: ContactRef) => {
    const name = `${audience}|${memberId}`
    const found = times.get(name) ?? new Map<string, number>()
    times.set(name, found)
    return found
  }
  const othersOf = (ref: ContactRef) => [...timesOf(ref)].filter(([name]) => name !== nameOf(ref)).map(([, at]) => at)

  function reserve(ref: ContactRef, interventionId: string, at: number, caps: readonly ContactCap[]): Reserved {
    const before = contacts.get(nameOf(ref))
    if (before !== undefined && before.state !== 'superseded')
      return before.interventionId === interventionId ? { kind: 'mine', attempt: before.attempt } : { kind: 'taken' }
    if (breaksAny(othersOf(ref), at, caps)) return { kind: 'capped' }
    const attempt = before === undefined ? 0 : before.attempt + 1
    contacts.set(nameOf(ref), { state: 'pending', interventionId, attempt, at })
    timesOf(ref).set(nameOf(ref), at)
    return { kind: 'reserved', attempt }
  }

  return {
    view: async (refs) =>
      refs.map((ref) => ({ contact: contacts.get(nameOf(ref)), others: othersOf(ref).toSorted((a, b) => a - b) })),

    reserve: async (list) =>
      list.map(({ ref, interventionId, plannedAt, caps }) => reserve(ref, interventionId, plannedAt, caps)),

    async begin({ ref, interventionId, caps }, now) {
      const before = contacts.get(nameOf(ref))
      if (before === undefined || before.interventionId !== interventionId || before.state === 'superseded')
        return 'gone'
      if (before.state === 'sent') return 'sent'
      if (breaksAny(othersOf(ref), now, caps)) return 'capped'
      contacts.set(nameOf(ref), { ...before, state: 'sending', at: now })
      timesOf(ref).set(nameOf(ref), now)
      return 'begun'
    },

    async settle(ref, interventionId, wanted) {
      const before = contacts.get(nameOf(ref))
      if (before === undefined || before.interventionId !== interventionId) return 'gone'
      if (before.state === 'sent' || before.state === wanted) return before.state
      const state = wanted === 'superseded' && before.state !== 'pending' ? 'failed' : wanted
      contacts.set(nameOf(ref), { ...before, state })
      if (state === 'superseded') timesOf(ref).delete(nameOf(ref))
      return state
    },
  }
}

/** Told in another way than the script and the gate, so that one of them being wrong shows. */
function breaksAny(others: readonly number[], at: number, caps: readonly ContactCap[]): boolean {
  const all = [...others, at]
  return caps.some(({ contacts, withinMs }) =>
    all.some((start) => {
      const inWindow = all.filter((time) => time >= start && time < start + withinMs)
      return inWindow.length > contacts && start <= at && at < start + withinMs
    }),
  )
}
