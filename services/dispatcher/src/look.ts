import { type EpochMs, DAY_MS, type Rows } from '@perennial/member'
import { type MemberState, memberStateAt, nextLook, type StateScorer } from '@perennial/playbooks'
import type { Scorer } from '@perennial/risk'
import { type Agenda, type Appointment, isFree, type Looked } from '@perennial/runtime'
import { type Candidate, stateCandidates } from './candidates.ts'
import { act, type ActDeps } from './dispatch.ts'
import { standingOf } from './standing.ts'

/** Members looked at together: their rows are read and their decisions written in one go. */
const LOOK_SIZE = 500

export type LookDeps = ActDeps &
  Readonly<{
    agenda: Pick<Agenda, 'due' | 'rearm'>
    /** Also says which model it is. */
    scorer: StateScorer & Readonly<{ model: Pick<Scorer['model'], 'id'> }>
  }>

/**
 * Looks at the members of a partition who are due: what plays their state is a cause for, and when to look again. To be
 * called only while nothing waits upstream: a row that is not up to date may look silent, unpaid or unanswered. Answers
 * how many were looked at; with `LOOK_SIZE` there may be more. A crash in here leaves the appointments, and the same
 * causes lead to the same decisions.
 */
export async function lookAtDue(deps: LookDeps, partition: number): Promise<number> {
  const now = deps.clock.now()
  const due = await deps.agenda.due(partition, now, LOOK_SIZE)
  if (due.length === 0) return 0
  const rows = await deps.members.readMany(due.map(({ memberId }) => memberId))
  const seen = due.flatMap((appointment, n) => {
    const row = rows[n]
    return row === undefined ? [] : [{ appointment, ...whatIsSeen(deps, appointment, row, now) }]
  })
  const all = seen.flatMap(({ candidates }) => candidates)
  const open = await withoutContacted(deps, all)
  if (open.length > 0) await act(deps, partition, open)
  const again = nextChances(await withoutContacted(deps, all, 'any'), now)
  const states = new Map(seen.map(({ appointment, state }) => [appointment.memberId, state]))
  await deps.agenda.rearm(
    partition,
    due.map((appointment): Looked => {
      const state = states.get(appointment.memberId)
      const next = state && nextLook(deps.plays.playbooks, state, now)
      const chance = again.get(appointment.memberId)
      return { ...appointment, next: chance === undefined ? next : Math.min(next ?? Infinity, chance) }
    }),
  )
  return due.length
}

/**
 * What was held back, or gave way to something weightier, may have another chance tomorrow, as long as its cause stands; a step
 * for a later day, on that day. By member.
 */
function nextChances(held: readonly Candidate[], now: EpochMs): ReadonlyMap<string, EpochMs> {
  const chances = new Map<string, EpochMs>()
  for (const { ref, cause, step } of held) {
    const chance = Math.max(now + DAY_MS, (cause.dueAt ?? 0) + step.delayMs)
    chances.set(ref.memberId, Math.min(chance, chances.get(ref.memberId) ?? Infinity))
  }
  return chances
}

type Seen = Readonly<{ state: MemberState; candidates: Candidate[] }>

function whatIsSeen({ plays, scorer }: LookDeps, { memberId, at }: Appointment, row: Rows, now: EpochMs): Seen {
  const state = memberStateAt(scorer, row, 0, now)
  const standing = standingOf(memberId, row, scorer.model.id, Math.min(at, now))
  return { state, candidates: stateCandidates(plays.playbooks, standing, state, now) }
}

/** Who has been contacted for a cause, or is about to be, needs no decision about it day after day. `by`: whose contacts count. */
async function withoutContacted(
  { contacts }: LookDeps,
  candidates: readonly Candidate[],
  by: 'others' | 'any' = 'others',
): Promise<Candidate[]> {
  const views = await contacts.view(candidates.map(({ ref }) => ref))
  return candidates.filter((candidate, n) => {
    const contact = views[n]?.contact
    if (contact === undefined || isFree(contact)) return true
    // Our own, of a look that a crash cut short: there may be no job yet.
    const mayBeOurs = by === 'others' && contact.state === 'pending'
    return mayBeOurs && contact.interventionId === candidate.cause.interventionId
  })
}
