import { AUTO_RENEW_ON } from '@perennial/features'
import {
  DAY_MS,
  type EpochMs,
  foldFact,
  memberKey,
  newRows,
  type Rows,
  signalId,
  type SignalName,
  SLOT,
  slot,
  STATUS,
} from '@perennial/member'
import type { Scorer } from './scorer.ts'

/** The copy is thrown away: what matters is that the row has not seen this id. */
const NOBODY = {
  subject: memberKey(''),
  source: { stream: 0, partition: 0, offset: 0, index: 0 },
  idHi: 0xffffffff,
  idLo: 0xffffffff,
}

export type WhatIf = Readonly<{
  name: string
  /** "attends one event now" */
  label: string
  lapseRisk: number
  /** Against the risk as it is; below 0 = better. */
  difference: number
}>

type Case = Readonly<{
  name: string
  label: string
  /** Changes the only row of `rows` and answers the instant to score at, or undefined where the case makes no sense. */
  apply(rows: Rows, at: EpochMs): EpochMs | undefined
}>

/**
 * What one thing more, or nothing at all, would make of the risk: each case
 * scored on a copy of the row. Empty for a member who has lapsed.
 */
export function whatWouldChange(scorer: Scorer, rows: Rows, i: number, at: EpochMs): readonly WhatIf[] {
  if (slot(rows, i, SLOT.status) === STATUS.lapsed) return []
  const now = Math.max(at, slot(rows, i, SLOT.asOf))
  const risk = scorer.lapseRisk(rows, i, now)
  return CASES.flatMap(({ name, label, apply }) => {
    const copy = newRows(1, rows.vocabulary)
    copy.f64.set(rows.f64.subarray(i * rows.slots, (i + 1) * rows.slots))
    const then = apply(copy, now)
    if (then === undefined) return []
    const lapseRisk = scorer.lapseRisk(copy, 0, then)
    return [{ name, label, lapseRisk, difference: lapseRisk - risk }]
  })
}

const CASES: readonly Case[] = [
  activity('event_attended', 'attends one event now'),
  activity('help_received', 'is answered by another member now'),
  activity('content_used', 'uses one article, download or course now'),
  { name: 'renews', label: 'renews now', apply: renew },
  { name: 'auto_renews', label: 'switches automatic renewal on', apply: switchOn },
  { name: 'pays', label: 'settles the failed payment', apply: pay },
  { name: 'stays_silent', label: 'is silent for 30 more days', apply: (_, at) => at + 30 * DAY_MS },
]

function activity(name: SignalName, label: string): Case {
  const signal = signalId(name)
  return {
    name,
    label,
    apply(rows, at) {
      foldFact(rows, 0, { ...NOBODY, kind: 'activity', signal, amount: 1, trust: 1, at })
      return at
    },
  }
}

function renew({ f64 }: Rows, at: EpochMs): EpochMs | undefined {
  const end = f64[SLOT.termEnd] ?? 0
  const length = end - (f64[SLOT.termStart] ?? 0)
  if (end === 0 || length <= 0) return undefined
  // Who renews late is taken as renewed up to the next date ahead.
  const terms = Math.max(1, Math.ceil((at - end) / length))
  f64[SLOT.termStart] = end + (terms - 1) * length
  f64[SLOT.termEnd] = end + terms * length
  f64[SLOT.renewals] = (f64[SLOT.renewals] ?? 0) + 1
  f64[SLOT.paidAt] = at
  return at
}

function switchOn({ f64 }: Rows, at: EpochMs): EpochMs | undefined {
  if (f64[SLOT.termEnd] === 0 || f64[SLOT.autoRenew] === AUTO_RENEW_ON) return undefined
  f64[SLOT.autoRenew] = AUTO_RENEW_ON
  return at
}

function pay({ f64 }: Rows, at: EpochMs): EpochMs | undefined {
  if ((f64[SLOT.paymentFailedAt] ?? 0) <= (f64[SLOT.paidAt] ?? 0)) return undefined
  f64[SLOT.paidAt] = at
  return at
}
