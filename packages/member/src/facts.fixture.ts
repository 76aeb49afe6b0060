import fc from 'fast-check'
import { type ActivityFact, type Fact, type MembershipFact, type Source, STREAM_CODES } from './fact.ts'
import { idHash } from './hash.ts'
import { memberKey } from './subject.ts'
import { DAY_MS } from './time.ts'
import { BUILT_IN, type Vocabulary, vocabularyOf } from './vocabulary.ts'

export const T0 = Date.UTC(2025, 0, 1)
const MEMBER = memberKey('m-1')

const NOWHERE: Source = { stream: STREAM_CODES['website-activity'], partition: 0, offset: 0, index: 0 }

/** A deployment with signals of its own, one of them friction. */
export const OPEN: Vocabulary = vocabularyOf([
  { stream: 'forum', action: 'posted' },
  { stream: 'code', action: 'pr_merged', label: 'changes merged' },
  { stream: 'shift', action: 'missed', family: 'friction' },
])

/** An activity of the test member, `day` days after T0. */
export function activity(id: string, day: number, rest: Partial<ActivityFact> = {}): ActivityFact {
  const { hi, lo } = idHash(id)
  return {
    kind: 'activity',
    subject: MEMBER,
    source: NOWHERE,
    idHi: hi,
    idLo: lo,
    at: T0 + day * DAY_MS,
    signal: 0,
    amount: 1,
    trust: 1,
    ...rest,
  }
}

export function membership(id: string, day: number, change: MembershipFact['change']): MembershipFact {
  const { hi, lo } = idHash(id)
  return { kind: 'membership', subject: MEMBER, source: NOWHERE, idHi: hi, idLo: lo, at: T0 + day * DAY_MS, change }
}

const anyChange: fc.Arbitrary<MembershipFact['change']> = fc.oneof(
  fc.record({ tier: fc.constantFrom('gold', 'silver'), chapter: fc.constantFrom('north', 'süd') }),
  fc.record({
    status: fc.constantFrom('active' as const, 'lapsed' as const),
    joinedAt: fc.integer({ min: T0, max: T0 + DAY_MS }),
  }),
  fc.record({ consent: fc.dictionary(fc.constantFrom('marketing', 'service'), fc.boolean()) }),
  fc.record({
    term: fc.record({
      start: fc.constant(T0),
      end: fc.integer({ min: T0, max: T0 + 400 * DAY_MS }),
    }),
    dues: fc.integer({ min: 0, max: 500 }),
    autoRenew: fc.boolean(),
    renewed: fc.boolean(),
  }),
  fc.record({ paymentFailed: fc.boolean(), timeZone: fc.constantFrom('Europe/Berlin', 'Asia/Tokyo') }),
)

const anyTime = fc.integer({ min: 0, max: 800 * 24 }).map((hour) => hour / 24)

/** Facts of one member, each with an id of its own; times in any order, some equal. */
export function anyFacts(max = 60, { signals }: Vocabulary = BUILT_IN): fc.Arbitrary<Fact[]> {
  const one = fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        day: anyTime,
        signal: fc.nat(signals.length - 1),
        amount: fc.constantFrom(1, 2, 0.5),
        trust: fc.constantFrom(0.1, 0.5, 1),
      }),
    },
    { weight: 1, arbitrary: fc.record({ day: anyTime, change: anyChange }) },
  )
  return fc.array(one, { maxLength: max }).map((list) =>
    list.map((fact, n) => {
      if ('change' in fact) return membership(`f${n}`, fact.day, fact.change)
      const { day, ...rest } = fact
      return activity(`f${n}`, day, rest)
    }),
  )
}
