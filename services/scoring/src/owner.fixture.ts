import { DAY_MS, type Fact, idHash, memberKey, STREAM_CODES } from '@perennial/member'
import type { Consumption, TopicPartition } from '@perennial/runtime'
import { ACTIVITY_TOPIC } from './scoring.ts'

export const T0 = Date.UTC(2026, 0, 1)
export const TP: TopicPartition = { topic: ACTIVITY_TOPIC, partition: 0 }
export const ANNA = memberKey('anna')

/** The consumption of a process that owns the partition: the test hands it batches. */
export function ownedConsumption(parts: Partial<Pick<Consumption, 'commit' | 'seek'>> = {}): Consumption {
  return {
    commit: async () => undefined,
    seek: () => undefined,
    assigned: () => [TP],
    pause: () => undefined,
    resume: () => undefined,
    lag: () => undefined,
    stop: () => Promise.resolve(),
    failed: new Promise(() => undefined),
    ...parts,
  }
}

let offset = 0

/** A visit by Anna so many days after T0, unless it is said to be something else. */
export function fact(day: number, rest: Partial<Fact> = {}): Fact {
  const id = `f${offset}`
  const { hi, lo } = idHash(id)
  const source = { stream: STREAM_CODES['website-activity'], partition: 0, offset: offset++, index: 0 }
  const base = {
    kind: 'activity',
    subject: ANNA,
    signal: 0,
    amount: 1,
    trust: 1,
    source,
    idHi: hi,
    idLo: lo,
    at: T0 + day * DAY_MS,
  }
  return { ...base, ...rest } as Fact
}
