import { type EpochMs, YEAR_MS } from '@perennial/member'
import type { Alert, AlertOutcome, OutcomeReason } from '@perennial/runtime'

/** What a colleague reported about a member. Notes may hold personal data: shown to who may see the member, and nowhere else. */
export type Feedback = Readonly<{
  alertId: string
  at: string
  by: string
  outcome: AlertOutcome
  reason: OutcomeReason | null
  note: string | null
}>

/** What colleagues reported, the latest first. */
export function feedbackOf(alerts: readonly Alert[]): readonly Feedback[] {
  return alerts
    .flatMap(({ id, by = '', changedAt = 0, outcome, reason = null, note = null }) =>
      outcome === undefined ? [] : [{ alertId: id, at: changedAt, by, outcome, reason, note }],
    )
    .toSorted((a, b) => b.at - a.at)
    .map(({ at, ...rest }) => ({ ...rest, at: new Date(at).toISOString() }))
}

/** What a member told us, as one of the reasons; undefined where it says nothing about renewing. Without the note. */
function feedbackWords({ at, outcome, reason }: Feedback): string | undefined {
  if (reason === null && outcome !== 'will-renew' && outcome !== 'will-not-renew') return undefined
  const why = reason === null ? '' : `, because: ${inWords(reason)}`
  return `told us on ${at.slice(0, 10)}: ${inWords(outcome)}${why}`
}

/** What the member told us within a year, as reasons. */
export function toldReasons(alerts: readonly Alert[], now: EpochMs): readonly string[] {
  const recent = feedbackOf(alerts).filter(({ at }) => Date.parse(at) > now - YEAR_MS)
  return [...new Set(recent.flatMap((one) => feedbackWords(one) ?? []))]
}

function inWords(code: string): string {
  return code.replaceAll('-', ' ')
}
