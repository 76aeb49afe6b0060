import {
  BUILT_IN,
  DAY_MS,
  type EpochMs,
  foldFact,
  memberKey,
  newRows,
  type Rows,
  signalId,
  type SignalName,
  SLOT,
  type Vocabulary,
  vocabularyOf,
} from '@perennial/member'
import fc from 'fast-check'

/** The instant that test rows are told from: 2025-01-01. */
export const START: EpochMs = Date.UTC(2025, 0, 1)

/** `days` after `START`. */
export function day(days: number): EpochMs {
  return START + days * DAY_MS
}

export type Act = Readonly<{ signal: SignalName | number; at: EpochMs; amount?: number; trust?: number }>

/** A deployment with signals of its own: one more way to take part, one of a family, one that is friction. */
export const WITH_OPEN: Vocabulary = vocabularyOf([
  { stream: 'code', action: 'merged' },
  { stream: 'forum', action: 'thanked', family: 'belonging' },
  { stream: 'forum', action: 'warned', family: 'friction', label: 'warnings' },
])

/** One row: the activities folded, then numbers set as they stand in the row. */
export function rowOf(
  slots: Readonly<Partial<Record<keyof typeof SLOT, number>>>,
  activities: readonly Act[] = [],
  vocabulary?: Vocabulary,
): Rows {
  const rows = newRows(1, vocabulary)
  fold(rows, activities, 1)
  for (const [name, value] of Object.entries(slots)) rows.f64[SLOT[name as keyof typeof SLOT]] = value
  return rows
}

/** A copy of the one row with more activities folded into it. */
export function withMore(rows: Rows, activities: readonly Act[]): Rows {
  const copy = newRows(1, rows.vocabulary)
  copy.f64.set(rows.f64)
  fold(copy, activities, 2)
  return copy
}

function fold(rows: Rows, activities: readonly Act[], idHi: number): void {
  activities.forEach(({ signal, at, amount = 1, trust = 1 }, idLo) => {
    const common = { subject: memberKey('1'), source: { stream: 1, partition: 0, offset: idLo, index: 0 }, idHi, idLo }
    const id = typeof signal === 'number' ? signal : signalId(signal)
    foldFact(rows, 0, { ...common, kind: 'activity', signal: id, amount, trust, at })
  })
}

const trust = fc.constantFrom(1, 1, 1, 0.6, 0.2, 0)
const actOf = ({ signals }: Vocabulary) =>
  fc.record({
    signal: fc.nat(signals.length - 1),
    at: fc.integer({ min: 0, max: 700 * DAY_MS }).map((ms) => START - 700 * DAY_MS + ms),
    amount: fc.constantFrom(1, 1, 2, 10),
    trust,
  })
const date = (from: number, to: number) =>
  fc.oneof(
    fc.constant(0),
    fc.integer({ min: from * DAY_MS, max: to * DAY_MS }).map((ms) => START + ms),
  )

/** Any member at `START`: everything known, unknown or strange, dates before and after. Activities lie before. */
export function anyRowOf(vocabulary: Vocabulary): fc.Arbitrary<Rows> {
  return fc
    .record({
      activities: fc.array(actOf(vocabulary), { maxLength: 40 }),
      joinedAt: date(-4000, 60),
      status: fc.constantFrom(0, 1, 1, 1),
      termEnd: date(-400, 400),
      dues: fc.constantFrom(0, 150),
      autoRenew: fc.constantFrom(0, 1, 1, 2),
      renewals: fc.nat(12),
      paymentFailedAt: date(-60, 0),
      paidAt: date(-400, 0),
    })
    .map(({ activities, ...slots }) => {
      const termStart = slots.termEnd === 0 ? 0 : slots.termEnd - 365 * DAY_MS
      return rowOf({ ...slots, termStart }, activities, vocabulary)
    })
}

/** The same with the built-in signals alone. */
export const anyRow: fc.Arbitrary<Rows> = anyRowOf(BUILT_IN)
