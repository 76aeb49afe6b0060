import type { EpochMs } from '@perennial/member'
import type { LedgerEntry } from '@perennial/runtime'
import type { Counter } from '../survey.ts'

/** How often, by name; the most frequent first. */
export type Counts = readonly (readonly [name: string, count: number])[]

/** What was decided and done in a stretch of time. */
export type Activity = Readonly<{
  /** Contacts that were delivered, by play. */
  sent: Counts
  /** Contacts that were held back, on deciding or at the moment of sending, by reason. */
  held: Counts
  failed: number
}>

/** Counts what the ledger tells of a stretch of time: from `from` on and before `until`. */
export function weekCounter(from: EpochMs, until: EpochMs): Counter & Readonly<{ activity(): Activity }> {
  const [sent, held] = [new Map<string, number>(), new Map<string, number>()]
  let failed = 0
  const isIn = (at: EpochMs) => at >= from && at < until

  function count(entry: LedgerEntry): void {
    const { decision, decidedAt, reason = 'unknown', playbook, outcome } = entry
    if (decision === 'hold') {
      if (isIn(decidedAt)) add(held, reason)
    } else if (outcome !== undefined && isIn(outcome.at)) {
      if (outcome.outcome === 'delivered') add(sent, playbook)
      else if (outcome.outcome === 'superseded') add(held, outcome.detail ?? 'superseded')
      else failed++
    }
  }

  return {
    take: (page) => page.forEach(({ entries }) => entries.forEach(count)),
    activity: () => ({ sent: byCount(sent), held: byCount(held), failed }),
  }
}

export function add(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1)
}

export function byCount(counts: ReadonlyMap<string, number>): Counts {
  return [...counts].toSorted(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
}
