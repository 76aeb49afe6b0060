import { audienceOf, type GateAnswer, type Purpose } from '@perennial/playbooks'
import { answerRecords, type ContactRef, type LedgerEntry, type LedgerOutcome } from '@perennial/runtime'
import type { OutreachDeps } from './deps.ts'

/** What a job comes to, and why. */
export type Conclusion = Readonly<{
  outcome: LedgerOutcome['outcome']
  channel: string
  detail?: string
  answers?: readonly GateAnswer[]
}>

export function contactOf({ memberId, termId, playbook, step, purpose }: LedgerEntry): ContactRef {
  return { memberId, termId, playbook, step, audience: audienceOf(purpose as Purpose) }
}

/**
 * Writes down what a job came to: reported as a fact, then noted in the ledger. Every part can be done twice, for
 * the contact is settled before and a job that is run again ends up here again.
 */
export async function conclude(
  deps: OutreachDeps,
  jobId: string,
  entry: LedgerEntry,
  conclusion: Conclusion,
): Promise<void> {
  const { outcome, channel, detail, answers } = conclusion
  const at = deps.clock.now()
  await deps.report({
    // Of a repetition, the same id: ingest drops it, and the member's row as well.
    eventId: `${jobId}.${outcome}`,
    occurredAt: at,
    sentAt: at,
    member: { memberId: entry.memberId },
    source: 'perennial',
    interventionId: entry.id,
    playbook: entry.playbook,
    step: entry.step,
    channel,
    outcome,
    detail: detail ?? null,
    answers: answers === undefined ? null : answerRecords(answers),
  })
  await deps.ledger.close(
    { memberId: entry.memberId, id: entry.id },
    {
      outcome,
      at,
      channel,
      ...(detail === undefined ? {} : { detail }),
      ...(answers === undefined ? {} : { answers }),
    },
  )
  deps.telemetry.sent(channel, outcome, at - entry.decidedAt)
}
