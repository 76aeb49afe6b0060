import {
  type Cause,
  contactKey,
  type Decision,
  decide,
  memberStateAt,
  type Playbook,
  type QuotaInForce,
  quotasFor,
  type QuotaReason,
  type Step,
} from '@perennial/playbooks'
import { alertStateAt, type ContactView, jobId, type LedgerEntry } from '@perennial/runtime'
import { contactOf } from './conclude.ts'
import type { OutreachDeps } from './deps.ts'

/** A step of a play, and the channel that it really goes through. */
export type Sending = Readonly<{ playbook: Playbook; step: Step; channel: string }>

export type Asked = Readonly<{
  decision: Decision
  /** Those that it needs a place in. */
  quotas: readonly QuotaInForce[]
  /** Dues at risk. */
  valueAtRisk: number
}>

/** Asks every gate anew, with what is known at the moment of sending. */
export async function askGates(
  deps: OutreachDeps,
  entry: LedgerEntry,
  { playbook, step, channel }: Sending,
  view: ContactView,
): Promise<Asked> {
  const { memberId, id, owner } = entry
  const { policy } = deps.plays
  const [rows, kill, gone, answered] = await Promise.all([
    deps.members.read(memberId),
    deps.kill(),
    deps.erased([memberId]),
    step.escalates === undefined ? undefined : isAnswered(deps, entry, step.escalates),
  ])
  const now = deps.clock.now()
  const member = rows && memberStateAt(deps.scorer, rows, 0, now)
  const valueAtRisk = rows === undefined ? 0 : deps.scorer.lapseRisk(rows, 0, now) * (member?.dues ?? 0)
  const quotas = quotasFor({ playbook, step, policy, owner, worth: valueAtRisk })
  const [states = []] = await deps.quotas.view([{ id, at: now, quotas }])
  const decision = decide({
    moment: 'send',
    playbook,
    step,
    channel,
    erased: gone.has(memberId),
    policy,
    cause: causeOf(entry),
    kill,
    now,
    member,
    answered,
    contact: view.contact,
    otherContacts: view.others,
    quotas: quotas.map((quota, n) => ({ ...quota, ...(states[n] ?? { taken: 0, above: 0, mine: false }) })),
  })
  return { decision, quotas, valueAtRisk }
}

function causeOf({ id, memberId, riskVersion, termEnd, expiresAt, decidedAt }: LedgerEntry): Cause {
  // A decision to send was never made about a replay.
  return { interventionId: id, memberId, riskVersion, termEnd, expiresAt, decidedAt, replay: false }
}

/** Whether somebody has taken up the alert that a step has opened; and where it opened none, there is nothing to take up. */
async function isAnswered(
  { contacts, alerts, clock }: OutreachDeps,
  entry: LedgerEntry,
  step: string,
): Promise<boolean> {
  const [view] = await contacts.view([{ ...contactOf(entry), step }])
  const { memberId, termId, playbook } = entry
  if (view?.contact?.state !== 'sent') return true
  const alert = await alerts.get(jobId(contactKey(memberId, termId, playbook, step), view.contact.attempt))
  return alert === undefined || alert.by !== undefined || alertStateAt(alert, clock.now()) !== 'open'
}

/** Takes the places in quotas, or says which one is full. Another contact may have been quicker since the gates were asked. */
export async function takeQuotas(
  { quotas, clock }: OutreachDeps,
  { id }: LedgerEntry,
  { quotas: wanted }: Asked,
): Promise<QuotaReason | undefined> {
  const [full] = await quotas.claim([{ id, at: clock.now(), quotas: wanted }])
  return wanted.find(({ name }) => name === full)?.reason
}
