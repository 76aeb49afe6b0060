import {
  foldFact,
  memberKey,
  type MembershipChange,
  newRows,
  type Rows,
  signalId,
  type SignalName,
  SLOT,
} from '@perennial/member'
import { NOON } from './samples.ts'

const DAY = 86_400_000

export type RowSample = MembershipChange &
  Readonly<{
    /** 0 none yet, 1 low, 2 medium, 3 high. */
    band?: 0 | 1 | 2 | 3
    /** Signals, and when each came. */
    signals?: Readonly<Partial<Record<SignalName, number>>>
  }>

/** A member's row as the member database and the last evaluation left it: an active member in the high band. */
export function sampleRow({ band = 3, signals = {}, ...change }: RowSample = {}): Rows {
  const rows = newRows(1)
  const usual: MembershipChange = {
    status: 'active',
    joinedAt: NOON - 900 * DAY,
    term: { start: NOON - 305 * DAY, end: NOON + 60 * DAY },
    dues: 200,
    autoRenew: false,
    timeZone: 'Europe/Berlin',
    consent: { marketing: true },
  }
  foldFact(rows, 0, {
    kind: 'membership',
    subject: memberKey('M1'),
    source: { stream: 6, partition: 0, offset: 0, index: 0 },
    idHi: 1,
    idLo: 1,
    at: NOON - 305 * DAY,
    change: { ...usual, ...change },
  })
  for (const [n, [name, at]] of Object.entries(signals).entries())
    foldFact(rows, 0, {
      kind: 'activity',
      subject: memberKey('M1'),
      source: { stream: 8, partition: 0, offset: n, index: 0 },
      idHi: 2,
      idLo: n + 1,
      at,
      signal: signalId(name as SignalName),
      amount: 1,
      trust: 1,
    })
  rows.f64[SLOT.band] = band
  rows.f64[SLOT.bandSince] = NOON
  return rows
}
