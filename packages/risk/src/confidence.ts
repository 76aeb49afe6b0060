import { beganAt } from '@perennial/features'
import { DAY_MS, decayedAmount, type EpochMs, type Rows, SLOT, slot, DECAY_RATES, LANDMARK_MS } from '@perennial/member'
import type { ConfidenceRule } from './model.ts'

/** The low-trust sum is kept with this half-life, see `SLOT.lowTrust`. */
const HALF_LIFE = 1
const MONTH_DAYS = 30

/**
 * How far a score rests on what was seen of this member rather than on the
 * prior, 0..1: by the amount of data, the time known, and the share that a
 * machine may have made. A quiet month is data too. New members are capped:
 * nobody can be judged by a first week.
 */
export function confidence(rule: ConfidenceRule, rows: Rows, i: number, at: EpochMs): number {
  const began = beganAt(rows, i)
  if (began === 0) return rule.least
  const days = Math.max(0, at - began) / DAY_MS
  const seen = slot(rows, i, SLOT.facts) + days / MONTH_DAYS
  const byAmount = seen / (seen + rule.halfAt)
  const byTime = 1 - 2 ** (-days / rule.halfLifeDays)
  const byTrust = 1 - rule.lowTrustPenalty * lowTrustShare(rows, i, at)
  const all = rule.least + (1 - rule.least) * byAmount * byTime * byTrust
  return days < rule.newMemberDays ? Math.min(all, rule.newMemberMost) : all
}

/** How much of the lately counted activity a machine may have made, 0..1; 0 where there was none. */
export function lowTrustShare(rows: Rows, i: number, at: EpochMs): number {
  const low = Math.max(0, slot(rows, i, SLOT.lowTrust) * Math.exp(-(DECAY_RATES[HALF_LIFE] ?? 0) * (at - LANDMARK_MS)))
  if (low === 0) return 0
  let trusted = 0
  for (let signal = 0; signal < rows.vocabulary.signals.length; signal++)
    trusted += Math.max(0, decayedAmount(rows, i, signal, HALF_LIFE, at))
  return low / (low + trusted)
}
