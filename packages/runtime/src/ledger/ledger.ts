import type { EpochMs } from '@perennial/member'

/** What one gate said. */
export type LedgerAnswer = Readonly<{
  gate: string
  answer: 'pass' | 'hold' | 'delay'
  reason?: string
  until?: EpochMs
}>

/** What became of a decision to send. */
export type LedgerOutcome = Readonly<{
  outcome: 'delivered' | 'failed' | 'superseded'
  at: EpochMs
  /** The channel it really went through. */
  channel: string
  /** One sentence or a reason, without personal data. */
  detail?: string
  /** What the gates said at the moment of sending; absent where it came to nothing before. */
  answers?: readonly LedgerAnswer[]
}>

/** One evaluation of one step of a play for one member: sent or held, and why. */
export type LedgerEntry = Readonly<{
  /** The same for the same (member, cause, playbook, step): a record delivered twice makes one entry. */
  id: string
  memberId: string
  playbook: string
  step: string
  /** As the play wants it, and what it takes where that one is not set up. */
  channel: string
  fallback?: string
  owner?: string
  purpose: string
  decision: 'send' | 'hold'
  /** Why it was held. */
  reason?: string
  /** When it is to go out. */
  sendAt?: EpochMs
  answers: readonly LedgerAnswer[]
  /** Names the exact texts of the plays and the policy it was decided by. */
  policyVersion: string
  riskVersion: number
  modelId: string
  band: 'low' | 'medium' | 'high'
  lapseRisk: number
  /** Log-odds that each part added to the risk, where something was to be sent: what has changed since is told by them. */
  parts?: Readonly<Record<string, number>>
  termId: string
  /** 0: no term known. */
  termEnd: EpochMs
  expiresAt: EpochMs
  decidedAt: EpochMs
  outcome?: LedgerOutcome
}>

export type EntryRef = Readonly<{ memberId: string; id: string }>

/** How many decisions of each kind were taken since the beginning, by playbook. */
export type LedgerTotals = Readonly<Record<string, Readonly<Record<string, number>>>>

/** How much the ledger keeps. */
export type LedgerBounds = Readonly<{
  /** In ms: what was decided longer ago is not told any more. */
  retentionMs: number
  /** The latest decisions of a member. */
  perMember: number
}>

/** From `from` on and before `to`. */
export type LedgerRange = Readonly<{ from: EpochMs; to: EpochMs }>

/** A few members' entries, member by member and each the oldest first. `members`: how many were gone through for it. */
export type LedgerPage = Readonly<{ members: number; entries: readonly LedgerEntry[] }>

/** Every decision, sent or held. Kept per member, bounded by number and age. */
export interface Ledger {
  find(refs: readonly EntryRef[]): Promise<(LedgerEntry | undefined)[]>
  /** The first entry of an id stays, whatever comes later under it. What is older than the ledger keeps is passed over. */
  record(entries: readonly LedgerEntry[]): Promise<void>
  /** Notes what became of a decision; the last word stays. Without effect when the entry is gone. */
  close(ref: EntryRef, outcome: LedgerOutcome): Promise<void>
  /** Newest first. */
  ofMember(memberId: string, limit?: number): Promise<LedgerEntry[]>
  /** How many members there are entries of. */
  members(): Promise<number>
  /** All entries of a range, a page at a time: no more is in memory than the entries of some members. */
  pages(range: LedgerRange): AsyncIterable<LedgerPage>
  /** The latest decisions over all members, newest first. Kept for a look at what is going on, not as a record. */
  recent(limit: number): Promise<LedgerEntry[]>
  /** `send` or `hold:<reason>`, and `outcome:<outcome>`, by playbook. */
  totals(): Promise<LedgerTotals>
  /** Leaves nothing of the member but the totals; answers how many entries there were. */
  forget(memberId: string): Promise<number>
}
