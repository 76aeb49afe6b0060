import { DAY_MS, type EpochMs } from '@perennial/member'
import type { Clock, Ledger, LedgerEntry, LedgerOutcome } from '@perennial/runtime'

export type DecisionsSeen = Readonly<{
  decided: (entry: LedgerEntry) => Promise<void>
  concluded: (entry: LedgerEntry, outcome: LedgerOutcome) => Promise<void>
}>

/**
 * The ledger of a simulation: tells what is decided, and keeps of it what is asked for again: what waits to go out, and what was decided
 * on the day at hand and the one before, for a second look on a day finds the decision of the first.
 */
export function decisionsKept(clock: Clock, seen: DecisionsSeen): Pick<Ledger, 'find' | 'record' | 'close'> {
  const waiting = new Map<string, LedgerEntry>()
  let today = new Map<string, LedgerEntry>()
  let before = new Map<string, LedgerEntry>()
  let day = 0

  function turn(now: EpochMs): void {
    const then = day
    day = Math.floor(now / DAY_MS)
    if (day === then) return
    before = day === then + 1 ? today : new Map<string, LedgerEntry>()
    today = new Map<string, LedgerEntry>()
  }

  return {
    async find(refs) {
      turn(clock.now())
      return refs.map(({ id }) => waiting.get(id) ?? today.get(id) ?? before.get(id))
    },
    async record(entries) {
      turn(clock.now())
      for (const entry of entries) {
        today.set(entry.id, { ...entry, answers: [] })
        if (entry.decision === 'send') waiting.set(entry.id, entry)
        await seen.decided(entry)
      }
    },
    async close({ id }, outcome) {
      const entry = waiting.get(id)
      if (entry === undefined) return
      waiting.delete(id)
      today.set(id, { ...entry, answers: [], outcome })
      await seen.concluded(entry, outcome)
    },
  }
}
