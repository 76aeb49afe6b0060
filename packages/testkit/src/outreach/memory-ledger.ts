import type { Clock, Ledger, LedgerBounds, LedgerEntry } from '@perennial/runtime'

const ALL: LedgerBounds = { retentionMs: Infinity, perMember: 1_000 }

/** `Ledger` without Redis; the same contract suite holds for both. By itself it forgets nothing for its age. */
export function memoryLedger(
  { retentionMs, perMember }: LedgerBounds = ALL,
  clock: Clock = { now: () => 0 },
): Ledger & { all(): LedgerEntry[] } {
  const entries = new Map<string, LedgerEntry>()
  const totals: Record<string, Record<string, number>> = {}
  const nameOf = (memberId: string, id: string) => `${id}|${memberId}`
  const count = (playbook: string, kind: string) => {
    const byKind = (totals[playbook] ??= {})
    byKind[kind] = (byKind[kind] ?? 0) + 1
  }
  const newest = (list: Iterable<LedgerEntry>) =>
    [...list].toSorted((a, b) => b.decidedAt - a.decidedAt || (a.id < b.id ? 1 : -1))

  const isKept = ({ decidedAt }: LedgerEntry) => decidedAt >= clock.now() - retentionMs
  const kept = () => [...entries.values()].filter(isKept)

  function recordOne(entry: LedgerEntry): void {
    const name = nameOf(entry.memberId, entry.id)
    if (entries.has(name) || !isKept(entry)) return
    entries.set(name, entry)
    count(entry.playbook, entry.decision === 'send' ? 'send' : `hold:${entry.reason ?? ''}`)
    const own = newest([...entries.values()].filter(({ memberId }) => memberId === entry.memberId))
    for (const old of own.slice(perMember)) entries.delete(nameOf(old.memberId, old.id))
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
    ofMember: async (memberId, limit = perMember) =>
      newest(kept().filter((entry) => entry.memberId === memberId)).slice(0, limit),
    members: async () => new Set([...entries.values()].map(({ memberId }) => memberId)).size,
    async *pages({ from, to }) {
      const own = Map.groupBy(kept(), ({ memberId }) => memberId)
      for (const list of own.values()) {
        const inRange = newest(list).toReversed()
        yield { members: 1, entries: inRange.filter(({ decidedAt }) => decidedAt >= from && decidedAt < to) }
      }
    },
    recent: async (limit) => newest(entries.values()).slice(0, limit),
    async forget(memberId) {
      const own = [...entries].filter(([, entry]) => entry.memberId === memberId)
      for (const [entry] of own) entries.delete(entry)
      return own.length
    },
    totals: async () => structuredClone(totals),
  }
}
