import { CHANGE, CHANGE_SLOTS, type Chunk } from '@perennial/engine'
import { type EpochMs, type Fact, memberKey, refuses } from '@perennial/member'
import { SCORE } from '@perennial/risk'
import type { Erasures, OutcomeRecord } from '@perennial/runtime'

/** The consent by which a member objects to profiling, see `schemas/README.md`. */
export const PROFILING = 'profiling'

/**
 * What may be said of what was folded. A log that is folded again still holds the facts of those who were erased since, and
 * the fold takes them in until it comes to the erasure, so that it makes the same rows and numbers as before; but
 * nobody hears of it a second time. What is left out here is about rows that will be gone, so it changes no state.
 */
export type Hearing = Readonly<{
  silent: (chunk: Chunk, n: number) => boolean
  /** Instead of change `n` it is said that nothing is said of the member's risk: they object to being profiled. */
  objected: (chunk: Chunk, n: number) => boolean
  forwards: (chunk: Chunk) => readonly Fact[]
  outcomes: (records: readonly OutcomeRecord[]) => readonly OutcomeRecord[]
}>

/** `erasures`: who was erased, as noted for all services, which is before it is folded. */
export function createHearing(erasures: Pick<Erasures, 'barOf' | 'size'>): Hearing {
  const isBarred = (subject: string, at: EpochMs) => at < erasures.barOf(subject)
  return {
    silent({ keys, risks }, n) {
      if (erasures.size === 0) return false
      const { numbers } = risks
      const start = risks.start(n)
      const asOf = numbers[start + CHANGE_SLOTS + SCORE.at] ?? 0
      return isBarred(keys[numbers[start + CHANGE.place] ?? -1] ?? '', asOf)
    },
    objected: ({ rows, risks }, n) => refuses(rows, risks.numbers[risks.start(n) + CHANGE.place] ?? -1, PROFILING),
    forwards: ({ forwards }) =>
      erasures.size === 0 ? forwards : forwards.filter(({ subject, at }) => !isBarred(subject, at)),
    outcomes: (records) =>
      erasures.size === 0 ? records : records.filter(({ memberId, at }) => !isBarred(memberKey(memberId), at)),
  }
}
