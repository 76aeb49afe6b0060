import type { Ledger, LedgerEntry } from '@perennial/runtime'

const MOST_PER_MEMBER = 200

/** `Ledger` without Redis; the same contract suite holds for both. */
export function memoryLedger(): Ledger & { all(): LedgerEntry[] } {
  const entries = new Map<string, LedgerEntry>()
  const totals: Record<string, Record<string, number>> = {}
  const nameOf = (memberId: string, id: string) => `${id}|${memberId}`
  const count = (playbook: string, kind: string) => {
    const byKind = (totals[playbook] ??= {})
    byKind[kind] = (byKind[kind] ?? 0) + 1
  }
  const newest = (list: Iterable<LedgerEntry>) =>
    [...list].toSorted((a, b) => b.decidedAt - a.decidedAt || (a.id < b.id ? 1 : -1))

  function recordOne(entry: LedgerEntry): void {
    const name = nameOf(entry.memberId, entry.id)
    if (entries.has(name)) return
    entries.set(name, entry)
    count(entry.playbook, entry.decision === 'send' ? 'send' : `hold:${entry.reason ?? ''}`)
    const own = newest([...entries.values()].filter(({ memberId }) => memberId === entry.memberId))
    for (const old of own.slice(MOST_PER_MEMBER)) entries.delete(nameOf(old.memberId, old.id))
  }

  return {
    all: () => [...entries.values()],
    find: async (refs) => refs.map(({ memberId, id }) => entries.get(nameOf(memberId, id))),
    record: async (list) => list.forEach(recordOne),
    async close({ memberId, id }, outcome) {
      const known = entries.get(nameOf(memberId, id))
      if (known === undefined) return
      if (known.outcome === undefined) count(known.playbook, `outcome:${outcome.outcome}`)
      entries.set(nameOf(memberId, id), { ...known, outcome })
    },
    ofMember: async (memberId, limit = MOST_PER_MEMBER) =>
      newest([...entries.values()].filter((entry) => entry.memberId === memberId)).slice(0, limit),
    recent: async (limit) => newest(entries.values()).slice(0, limit),
    totals: async () => structuredClone(totals),
  }
}
