import type { EpochMs, Rows } from '@perennial/member'
import type { Scorer } from '@perennial/risk'
import type { Alerts, Ledger } from '@perennial/runtime'
import { feedbackOf, toldReasons } from '@perennial/reporting'
import { ledgerView } from './ledger-view.ts'
import { memberView } from './member-view.ts'
import { sinceAlert } from './since-alert.ts'

export type StorySources = Readonly<{
  ledger: Pick<Ledger, 'ofMember'>
  alerts: Pick<Alerts, 'ofMember'>
  scorer: Scorer
}>

/** As many as the ledger keeps of a member: the alert may lie behind many decisions that held back. */
const LOOKED_THROUGH = 200

/**
 * One member with everything that was done and heard: the view of the row, what moved the risk since the last alert, what
 * colleagues reported, the latest decisions. What the member told us within a year comes first among the reasons.
 */
export async function memberStory(
  { ledger, alerts, scorer }: StorySources,
  memberId: string,
  { rows, now, decisions }: Readonly<{ rows: Rows; now: EpochMs; decisions: number }>,
) {
  const [entries, own] = await Promise.all([ledger.ofMember(memberId, LOOKED_THROUGH), alerts.ofMember(memberId)])
  const view = memberView(scorer, memberId, rows, now)
  return {
    ...view,
    reasons: [...toldReasons(own, now), ...view.reasons],
    feedback: feedbackOf(own),
    sinceLastAlert: sinceAlert(view, entries, scorer.vocabulary) ?? null,
    ledger: entries.slice(0, decisions).map(ledgerView),
  }
}

export type MemberStory = Awaited<ReturnType<typeof memberStory>>
