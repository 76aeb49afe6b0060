import type { EpochMs } from '@perennial/member'
import {
  capsFor,
  type Decision,
  decide,
  type GateAnswer,
  type HoldReason,
  memberState,
  type Plays,
  traitsOf,
} from '@perennial/playbooks'
import type {
  Contacts,
  ContactView,
  ErasedMembers,
  KillSwitchState,
  MemberReader,
  Reservation,
  Reserved,
} from '@perennial/runtime'
import type { Candidate } from './candidates.ts'

export type DecisionDeps = Readonly<{
  plays: Plays
  contacts: Contacts
  members: Pick<MemberReader, 'readMany'>
  erased: ErasedMembers
}>

/** A decision that stands: where it is to send, the contact key is taken. */
export type Settled = Readonly<{
  candidate: Candidate
  decision: Decision
  /** How often the contact key came free before; undefined for a hold. */
  attempt: number | undefined
}>

/** Asks the gates about each candidate with what is known right now, and takes the contact keys of those to be sent. */
export async function takeDecisions(
  { plays, contacts, members, erased }: DecisionDeps,
  candidates: readonly Candidate[],
  kill: KillSwitchState,
  now: EpochMs,
): Promise<Settled[]> {
  if (candidates.length === 0) return []
  const ids = [...new Set(candidates.map(({ ref }) => ref.memberId))]
  const [rows, views, gone] = await Promise.all([
    members.readMany(ids),
    contacts.view(candidates.map(({ ref }) => ref)),
    erased(ids),
  ])
  const states = new Map(ids.map((id, n) => [id, rows[n] === undefined ? undefined : memberState(rows[n], 0)]))

  const asked = candidates.map((candidate, n) => {
    const { playbook, step, cause, ref } = candidate
    const view = views[n] ?? { contact: undefined, others: [] }
    const member = states.get(ref.memberId)
    const known = { contact: view.contact, otherContacts: view.others, member, erased: gone.has(ref.memberId) }
    const what = { playbook, step, channel: step.channel, policy: plays.policy, cause, kill, now }
    const decision = decide({ moment: 'decide', ...what, ...known })
    return { candidate, decision, view }
  })
  await letGo(contacts, asked)

  // Keys are taken in order: what is weightier has its turn first.
  const toSend = asked
    .filter(({ decision }) => decision.kind !== 'hold')
    .toSorted((a, b) => b.candidate.playbook.priority - a.candidate.playbook.priority)
  const reserved = await contacts.reserve(
    toSend.map(({ candidate, decision }) => reservationOf(plays, candidate, decision, now)),
  )
  const answers = new Map(toSend.map(({ candidate }, n) => [candidate, reserved[n]]))
  return asked.map(({ candidate, decision }) => settled(candidate, decision, answers.get(candidate)))
}

type Asked = Readonly<{ candidate: Candidate; decision: Decision; view: ContactView }>

/** A crash came between taking the key and writing the decision down; by now the decision is to hold. */
async function letGo(contacts: Contacts, asked: readonly Asked[]): Promise<void> {
  for (const { candidate, decision, view } of asked) {
    const { interventionId } = candidate.cause
    if (decision.kind !== 'hold' || view.contact?.interventionId !== interventionId) continue
    await contacts.settle(candidate.ref, interventionId, 'superseded')
  }
}

function reservationOf(
  plays: Plays,
  { playbook, step, ref, cause }: Candidate,
  decision: Decision,
  now: EpochMs,
): Reservation {
  const plannedAt = decision.kind === 'delay' ? decision.until : now
  const { interventionId } = cause
  return {
    ref,
    interventionId,
    plannedAt,
    traits: traitsOf(playbook, step),
    caps: capsFor(playbook, step, plays.policy),
  }
}

/** Another contact may have been quicker since the gates were asked: then the store has the last word. */
function settled(candidate: Candidate, decision: Decision, answer: Reserved | undefined): Settled {
  if (answer === undefined) return { candidate, decision, attempt: undefined }
  if (answer.kind === 'reserved' || answer.kind === 'mine') return { candidate, decision, attempt: answer.attempt }
  const held = answer.kind === 'capped' ? refusedBy('cap', 'cap') : refusedBy('already-contacted', 'already-contacted')
  return { candidate, decision: held(decision), attempt: undefined }
}

function refusedBy(gate: GateAnswer['gate'], reason: HoldReason) {
  return ({ answers }: Decision): Decision => ({
    kind: 'hold',
    reason,
    answers: answers.map((given) => (given.gate === gate ? { gate, answer: 'hold', reason } : given)),
  })
}
