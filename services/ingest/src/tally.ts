import type { EpochMs, Fact } from '@perennial/member'
import type { Drop, TrustRule, ViolationType } from '@perennial/streams'

export type DropReason = Drop['reason'] | 'tombstone' | 'erased'

/** What became of the records of a batch. They balance: records = used + repeated + dropped + dead. */
export class Tally {
  records = 0
  used = 0
  repeated = 0
  facts = 0
  readonly dropped = new Map<DropReason, number>()
  readonly dead = new Map<ViolationType, number>()
  readonly lowTrust = new Map<TrustRule, number>()
  /** The latest event time among the facts, 0 = none. */
  newestAt: EpochMs = 0

  use(facts: readonly Fact[], rule: TrustRule | undefined): void {
    this.records++
    this.used++
    this.facts += facts.length
    if (rule !== undefined) increase(this.lowTrust, rule)
    const at = facts[0]?.at ?? 0
    if (at > this.newestAt) this.newestAt = at
  }

  repeat(): void {
    this.records++
    this.repeated++
  }

  drop(reason: DropReason): void {
    this.records++
    increase(this.dropped, reason)
  }

  reject(violation: ViolationType): void {
    this.records++
    increase(this.dead, violation)
  }
}

function increase<K>(counts: Map<K, number>, key: K): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}
