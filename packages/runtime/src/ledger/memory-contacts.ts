import {
  type Contact,
  type ContactCap,
  type ContactRef,
  type Contacts,
  type ContactTraits,
  isFree,
  type OtherContact,
  type Reserved,
} from './contacts.ts'

type Known = Contact & Readonly<{ ref: ContactRef; traits: Partial<ContactTraits> }>
type Wish = Readonly<{
  ref: ContactRef
  at: number
  priority: number | undefined
  caps: readonly ContactCap[]
  counted?: boolean
}>

/** `Contacts` without Redis, for simulations and tests; the same contract suite holds for both. */
export function memoryContacts(): Contacts {
  const contacts = new Map<string, Known>()
  /** Those that count under caps: their names by member and audience. */
  const countedNames = new Map<string, Set<string>>()

  const nameOf = ({ memberId, termId, playbook, step }: ContactRef) => `${memberId}|${termId}|${playbook}|${step}`
  const countedOf = ({ memberId, audience }: ContactRef) => {
    const name = `${audience}|${memberId}`
    const found = countedNames.get(name) ?? new Set<string>()
    countedNames.set(name, found)
    return found
  }
  const othersOf = (ref: ContactRef): Known[] =>
    [...countedOf(ref)]
      .filter((name) => name !== nameOf(ref))
      .flatMap((name) => contacts.get(name) ?? [])
      .toSorted((a, b) => a.at - b.at || (nameOf(a.ref) < nameOf(b.ref) ? -1 : 1))

  /** Answers whether there is room by now. */
  function makeRoom({ ref, at, priority, caps }: Wish): boolean {
    const displaced = new Set<Known>()
    for (const cap of caps)
      for (;;) {
        const left = othersOf(ref).filter((one) => counts(cap, one) && !displaced.has(one))
        const window = fullWindow(left, at, cap)
        if (window === undefined) break
        const victim = weakest(window, priority)
        if (victim === undefined) return false
        displaced.add(victim)
      }
    for (const victim of displaced) {
      contacts.set(nameOf(victim.ref), { ...victim, state: 'displaced' })
      countedOf(victim.ref).delete(nameOf(victim.ref))
    }
    return true
  }

  function reserve(
    { ref, at, priority, caps, counted = true }: Wish,
    interventionId: string,
    traits: Partial<ContactTraits>,
  ): Reserved {
    const before = contacts.get(nameOf(ref))
    if (before !== undefined && !isFree(before))
      return before.interventionId === interventionId ? { kind: 'mine', attempt: before.attempt } : { kind: 'taken' }
    if (!makeRoom({ ref, at, priority, caps })) return { kind: 'capped' }
    const attempt = before === undefined ? 0 : before.attempt + 1
    contacts.set(nameOf(ref), { state: 'pending', interventionId, attempt, at, ref, traits })
    if (counted) countedOf(ref).add(nameOf(ref))
    return { kind: 'reserved', attempt }
  }

  return {
    view: async (refs) =>
      refs.map((ref) => ({
        contact: shown(contacts.get(nameOf(ref))),
        // Looked at at once, or by most not at all: then they need not be gathered.
        get others() {
          return othersOf(ref).map(seen)
        },
      })),

    reserve: async (list) =>
      list.map(({ ref, interventionId, plannedAt: at, traits = {}, caps, counted = true }) =>
        reserve({ ref, at, priority: traits.priority, caps, counted }, interventionId, traits),
      ),

    async begin({ ref, interventionId, traits, caps, counted = true }, now) {
      const before = contacts.get(nameOf(ref))
      if (before === undefined || before.interventionId !== interventionId || isFree(before)) return 'gone'
      if (before.state === 'sent') return 'sent'
      if (!makeRoom({ ref, at: now, priority: traits?.priority, caps })) return 'capped'
      contacts.set(nameOf(ref), { ...before, state: 'sending', at: now })
      if (counted) countedOf(ref).add(nameOf(ref))
      return 'begun'
    },

    async settle(ref, interventionId, wanted) {
      const before = contacts.get(nameOf(ref))
      if (before === undefined || before.interventionId !== interventionId) return 'gone'
      if (before.state === 'sent' || before.state === 'displaced' || before.state === wanted) return before.state
      const state = wanted === 'superseded' && before.state !== 'pending' ? 'failed' : wanted
      contacts.set(nameOf(ref), { ...before, state })
      if (state === 'superseded') countedOf(ref).delete(nameOf(ref))
      return state
    },

    ofMember: async (memberId) =>
      [...contacts]
        .filter(([name]) => name.startsWith(`${memberId}|`))
        .map(([name, contact]) => [name.slice(memberId.length + 1), contact] as const),

    async forget(memberId) {
      const own = [...contacts.keys()].filter((name) => name.startsWith(`${memberId}|`))
      for (const name of own) contacts.delete(name)
      for (const audience of ['team', 'member']) countedNames.delete(`${audience}|${memberId}`)
      return own.length
    },
  }
}

function shown(known: Known | undefined): Contact | undefined {
  if (known === undefined) return undefined
  const { state, interventionId, attempt, at } = known
  return { state, interventionId, attempt, at }
}

function seen({ at, state, ref: { playbook, step }, traits }: Known): OtherContact {
  return { at, playbook, step, pending: state === 'pending', ...traits }
}

function counts({ purpose, channel, step }: ContactCap, { traits, ref }: Known): boolean {
  if (step !== undefined && (step.playbook !== ref.playbook || step.step !== ref.step)) return false
  return [
    [purpose, traits.purpose],
    [channel, traits.channel],
  ].every(([wanted, found]) => wanted === undefined || found === undefined || wanted === found)
}

/**
 * The contacts of the earliest window with too many of them once there is one more at `at`. Told in another way than the
 * script and the gate, so that one of them being wrong shows.
 */
function fullWindow(others: readonly Known[], at: number, { contacts, withinMs }: ContactCap): Known[] | undefined {
  const near: readonly (Known | 'own')[] = others.filter((one) => Math.abs(one.at - at) < withinMs)
  const timeOf = (one: Known | 'own') => (one === 'own' ? at : one.at)
  const all = [...near, 'own' as const].toSorted((a, b) => timeOf(a) - timeOf(b))
  const windows = all.map((first) =>
    all.filter((one) => timeOf(one) >= timeOf(first) && timeOf(one) < timeOf(first) + withinMs),
  )
  const full = windows.find((window) => window.length > contacts)
  return full?.slice(0, contacts + 1).filter((one) => one !== 'own')
}

/** Waits and has a lower priority; the lowest, and of those the latest. */
function weakest(window: readonly Known[], priority = -1): Known | undefined {
  return window
    .filter(({ state, traits }) => state === 'pending' && traits.priority !== undefined && traits.priority < priority)
    .toSorted((a, b) => (b.traits.priority ?? 0) - (a.traits.priority ?? 0))
    .at(-1)
}
