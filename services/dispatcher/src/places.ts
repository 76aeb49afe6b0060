import type { EpochMs } from '@perennial/member'
import { contactTerms, type GateAnswer, type HoldReason } from '@perennial/playbooks'
import type { Contacts, Quotas, Reservation, Reserved } from '@perennial/runtime'
import type { Candidate } from './candidates.ts'
import type { Asked, DecisionDeps } from './decisions.ts'

/** What became of the wish for a contact key, and for places in quotas. */
export type Place =
  | Readonly<{ kind: 'taken'; attempt: number }>
  | Readonly<{ kind: 'refused'; gate: GateAnswer['gate']; reason: HoldReason }>

/**
 * Takes contact keys, with their places under caps, and places in quotas. In order: what is weightier has its turn first, and
 * of what is alike what has more at stake.
 */
export async function takePlaces(
  { plays, contacts, quotas }: Pick<DecisionDeps, 'plays'> & Readonly<{ contacts: Contacts; quotas: Quotas }>,
  asked: readonly Asked[],
  now: EpochMs,
): Promise<ReadonlyMap<Candidate, Place>> {
  const inTurn = asked.toSorted(
    ({ candidate: a }, { candidate: b }) =>
      b.playbook.priority - a.playbook.priority || b.standing.valueAtRisk - a.standing.valueAtRisk,
  )
  const reserved = await contacts.reserve(inTurn.map((one) => reservationOf(one, plays.policy, now)))
  const places = new Map(inTurn.map(({ candidate }, n) => [candidate, placeOf(reserved[n])]))

  // What goes out later has its place in the quota of that hour: it is asked then.
  const atOnce = inTurn.filter(
    ({ candidate, decision }) => decision.kind === 'send' && places.get(candidate)?.kind === 'taken',
  )
  const full = await quotas.claim(
    atOnce.map(({ candidate, quotas: wanted }) => ({ id: candidate.cause.interventionId, at: now, quotas: wanted })),
  )
  for (const [n, { candidate, quotas: wanted }] of atOnce.entries()) {
    const reason = wanted.find(({ name }) => name === full[n])?.reason
    if (reason === undefined) continue
    await contacts.settle(candidate.ref, candidate.cause.interventionId, 'superseded')
    places.set(candidate, { kind: 'refused', gate: reason, reason })
  }
  return places
}

function reservationOf(
  { candidate, decision }: Asked,
  policy: DecisionDeps['plays']['policy'],
  now: EpochMs,
): Reservation {
  const { playbook, step, ref, cause } = candidate
  return {
    ref,
    interventionId: cause.interventionId,
    plannedAt: decision.kind === 'delay' ? decision.until : now,
    ...contactTerms(playbook, step, policy),
  }
}

function placeOf(answer: Reserved | undefined): Place {
  if (answer?.kind === 'reserved' || answer?.kind === 'mine') return { kind: 'taken', attempt: answer.attempt }
  const reason = answer?.kind === 'capped' ? 'cap' : 'already-contacted'
  return { kind: 'refused', gate: reason, reason }
}
