import type { EpochMs } from '@perennial/member'
import {
  type Decision,
  decide,
  type GateAnswer,
  type HoldReason,
  type MemberState,
  memberStateAt,
  ownerOf,
  type Plays,
  type QuotaInForce,
  quotasFor,
  type StateScorer,
} from '@perennial/playbooks'
import type {
  Contacts,
  ContactView,
  ErasedMembers,
  HeldAlerts,
  KillSwitchState,
  MemberReader,
  Quotas,
} from '@perennial/runtime'
import type { Candidate } from './candidates.ts'
import { takePlaces } from './places.ts'

export type DecisionDeps = Readonly<{
  plays: Plays
  contacts: Contacts
  quotas: Quotas
  /** What the budget of an owner held back. */
  heldAlerts: Pick<HeldAlerts, 'add'>
  members: Pick<MemberReader, 'readMany'>
  /** Tells the risk and the band of a member right now. */
  scorer: StateScorer
  erased: ErasedMembers
}>

/** A decision that stands: where it is to send, the contact key is taken. */
export type Settled = Readonly<{
  candidate: Candidate
  /** Who is to act on it. */
  owner: string | undefined
  decision: Decision
  /** How often the contact key came free before; undefined for a hold. */
  attempt: number | undefined
}>

/** What the gates said, before any key is taken. */
export type Asked = Readonly<{
  candidate: Candidate
  owner: string | undefined
  quotas: readonly QuotaInForce[]
  decision: Decision
  view: ContactView
}>

/** Asks the gates about each candidate with what is known right now, and takes the contact keys of those to be sent. */
export async function takeDecisions(
  deps: DecisionDeps,
  candidates: readonly Candidate[],
  kill: KillSwitchState,
  now: EpochMs,
): Promise<Settled[]> {
  if (candidates.length === 0) return []
  const asked = await askGates(deps, candidates, kill, now)
  await letGo(deps.contacts, asked)
  const places = await takePlaces(
    deps,
    asked.filter(({ decision }) => decision.kind !== 'hold'),
    now,
  )
  const settled = asked.map(({ candidate, owner, decision }): Settled => {
    const place = places.get(candidate)
    if (place === undefined) return { candidate, owner, decision, attempt: undefined }
    if (place.kind === 'taken') return { candidate, owner, decision, attempt: place.attempt }
    return { candidate, owner, decision: refusedBy(decision, place), attempt: undefined }
  })
  await deps.heldAlerts.add(settled.flatMap((one) => heldAlertOf(one, now)))
  return settled
}

type Known = Readonly<{ candidate: Candidate; member: MemberState | undefined; owner: string | undefined }> &
  Pick<Asked, 'quotas'>

export type GateDeps = Pick<DecisionDeps, 'plays' | 'members' | 'scorer' | 'erased'> &
  Readonly<{ contacts: Pick<Contacts, 'view'>; quotas: Pick<Quotas, 'view'> }>

/** What the gates say of each candidate right now. Changes nothing. */
export async function askGates(
  { plays: { policy }, contacts, quotas, members, scorer, erased }: GateDeps,
  candidates: readonly Candidate[],
  kill: KillSwitchState,
  now: EpochMs,
): Promise<Asked[]> {
  const ids = [...new Set(candidates.map(({ ref }) => ref.memberId))]
  const [rows, views, gone] = await Promise.all([
    members.readMany(ids),
    contacts.view(candidates.map(({ ref }) => ref)),
    erased(ids),
  ])
  const states = new Map(ids.map((id, n) => [id, rows[n] && memberStateAt(scorer, rows[n], 0, now)]))
  const known = candidates.map((candidate): Known => {
    const { playbook, step, ref, standing } = candidate
    const member = states.get(ref.memberId)
    const owner = ownerOf(step.owner, ref.memberId, member)
    const quotasOf = quotasFor({ playbook, step, policy, owner, worth: standing.valueAtRisk })
    return { candidate, member, owner, quotas: quotasOf }
  })
  const quotaStates = await quotas.view(
    known.map((one) => ({ id: one.candidate.cause.interventionId, at: now, ...one })),
  )
  return known.map(({ candidate, member, owner, quotas: inForce }, n) => {
    const { playbook, step, cause, ref } = candidate
    const view = views[n] ?? { contact: undefined, others: [] }
    const what = { playbook, step, channel: step.channel, policy, cause, kill, now }
    const about = { member, contact: view.contact, otherContacts: view.others, erased: gone.has(ref.memberId) }
    const decision = decide({ moment: 'decide', ...what, ...about, quotas: joined(inForce, quotaStates[n]) })
    return { candidate, owner, quotas: inForce, decision, view }
  })
}

function joined(quotas: readonly QuotaInForce[], states: Awaited<ReturnType<Quotas['view']>>[number] | undefined) {
  return quotas.map((quota, n) => ({ ...quota, ...(states?.[n] ?? { taken: 0, above: 0, mine: false }) }))
}

/** A crash came between taking the key and writing the decision down; by now the decision is to hold. */
async function letGo(contacts: Contacts, asked: readonly Asked[]): Promise<void> {
  for (const { candidate, decision, view } of asked) {
    const { interventionId } = candidate.cause
    if (decision.kind !== 'hold' || view.contact?.interventionId !== interventionId) continue
    await contacts.settle(candidate.ref, interventionId, 'superseded')
  }
}

/** Another contact may have been quicker since the gates were asked: then the store has the last word. */
function refusedBy(
  { answers }: Decision,
  { gate, reason }: Readonly<{ gate: GateAnswer['gate']; reason: HoldReason }>,
): Decision {
  return {
    kind: 'hold',
    reason,
    answers: answers.map((given) => (given.gate === gate ? { gate, answer: 'hold', reason } : given)),
  }
}

function heldAlertOf({ candidate, owner, decision }: Settled, heldAt: EpochMs) {
  if (decision.kind !== 'hold' || decision.reason !== 'alert-budget' || owner === undefined) return []
  const { cause, playbook, step, standing } = candidate
  const { interventionId, memberId } = cause
  const { valueAtRisk } = standing
  return [{ interventionId, memberId, playbook: playbook.name, step: step.name, owner, valueAtRisk, heldAt }]
}
