import type { EpochMs } from '@perennial/member'
import type { ContactRecall } from '@perennial/recall'
import {
  type Agenda,
  type Clock,
  Fault,
  jobId,
  type JobQueue,
  type KillSwitchState,
  type Ledger,
  type LedgerEntry,
  type OutreachJob,
  type RiskProjection,
} from '@perennial/runtime'
import type { MemberRiskV1 } from '@perennial/streams'
import { type Candidate, eventCandidates } from './candidates.ts'
import { type DecisionDeps, type Settled, takeDecisions } from './decisions.ts'
import { entryOf } from './entry.ts'

export type ActDeps = DecisionDeps &
  Readonly<{
    ledger: Pick<Ledger, 'find' | 'record'>
    queue: Pick<JobQueue, 'add'>
    kill: () => Promise<KillSwitchState>
    recall: Pick<ContactRecall, 'ensure' | 'holds'>
    clock: Clock
    /** Appends decisions to `intervention.v1`. */
    publish(partition: number, entries: readonly LedgerEntry[]): Promise<void>
    /** A decision taken for the first time. */
    decided(entry: LedgerEntry, asOf: EpochMs): void
  }>

export type DispatchDeps = ActDeps &
  Readonly<{ risks: Pick<RiskProjection, 'versions' | 'upsert'>; agenda: Pick<Agenda, 'notice'> }>

export type Dispatched = Readonly<{ applied: number; deduplicated: number }>

type Job = Readonly<{ job: OutreachJob; notBefore: number }>

/**
 * Works through records of one partition, in order. When it resolves, every
 * decision they led to is in the ledger, published, and has its job; the
 * position may move on. Every step can be done twice: after a crash anywhere
 * in here the same records lead to the same entries, the same keys and the
 * same job ids. What makes a record "seen" is the risk list, written last.
 */
export async function dispatch(
  deps: DispatchDeps,
  partition: number,
  risks: readonly MemberRiskV1[],
): Promise<Dispatched> {
  const { plays, agenda, clock } = deps
  const candidates = risks.flatMap((risk) => eventCandidates(plays.playbooks, risk))
  const unseen = await dropSeen(deps.risks, partition, candidates)
  if (unseen.length > 0) await act(deps, partition, unseen)
  // What else there is to do about them is seen from their rows, as soon as nothing waits.
  if (plays.playbooks.some(({ enabled, when }) => enabled && when.dueAt !== undefined))
    await agenda.notice(partition, [...new Set(risks.map(({ memberId }) => memberId))], clock.now())
  const deduplicated = await deps.risks.upsert(partition, risks)
  return { applied: risks.length - deduplicated, deduplicated }
}

async function dropSeen(
  risks: Pick<RiskProjection, 'versions'>,
  partition: number,
  candidates: readonly Candidate[],
): Promise<Candidate[]> {
  const members = [...new Set(candidates.map(({ ref }) => ref.memberId))]
  const versions = await risks.versions(partition, members)
  const seen = new Map(members.map((id, n) => [id, versions[n] ?? 0]))
  const unseen = candidates.filter(({ ref, standing }) => standing.version > (seen.get(ref.memberId) ?? 0))
  // The same record twice in one chunk is one decision.
  return [...new Map(unseen.map((candidate) => [candidate.cause.interventionId, candidate])).values()]
}

/** Decides about candidates, and sees to it that what was decided happens. */
export async function act(deps: ActDeps, partition: number, candidates: readonly Candidate[]): Promise<void> {
  const { ledger, plays, clock, recall } = deps
  await recall.ensure()
  const known = await ledger.find(
    candidates.map(({ ref, cause }) => ({ memberId: ref.memberId, id: cause.interventionId })),
  )
  const now = clock.now()
  const kill = await deps.kill()

  const repeated = candidates.flatMap((candidate, n) =>
    known[n] === undefined ? [] : [{ candidate, entry: known[n] }],
  )
  const fresh = candidates.filter((_, n) => known[n] === undefined)
  const taken = await takeDecisions(deps, fresh, kill, now)
  if (!(await recall.holds())) return giveUp(deps, taken)
  const settled = taken.map((one) => ({ ...one, entry: entryOf(one, now, plays.version) }))

  await ledger.record(settled.map(({ entry }) => entry))
  for (const { entry, candidate } of settled) deps.decided(entry, candidate.standing.asOf)
  const entries = [...repeated, ...settled].map(({ entry }) => entry)
  await deps.publish(partition, entries)
  await deps.queue.add([...(await jobsAgain(deps, repeated)), ...settled.flatMap(jobOf)])
}

/**
 * Redis was away meanwhile and may have lost who was contacted: what was decided rests on sand. The keys come free
 * again, and the records come once more.
 */
async function giveUp({ contacts }: ActDeps, taken: readonly Settled[]): Promise<never> {
  for (const { candidate, attempt } of taken)
    if (attempt !== undefined) await contacts.settle(candidate.ref, candidate.cause.interventionId, 'superseded')
  throw new Fault('dispatcher/contacts-lost', 'Redis was away while decisions were taken: they are taken again.', {
    retriable: true,
  })
}

/** Of decisions on record: the jobs that should be there, and may not be if a crash came before they were added. */
async function jobsAgain(
  { contacts }: ActDeps,
  repeated: readonly Readonly<{ candidate: Candidate; entry: LedgerEntry }>[],
): Promise<Job[]> {
  const sends = repeated.filter(({ entry }) => entry.decision === 'send' && entry.outcome === undefined)
  const views = await contacts.view(sends.map(({ candidate }) => candidate.ref))
  return sends.flatMap(({ candidate, entry }, n) => {
    const contact = views[n]?.contact
    const attempt = contact?.interventionId === entry.id ? contact.attempt : undefined
    return jobOf({ candidate, entry, attempt })
  })
}

function jobOf({
  candidate,
  entry,
  attempt,
}: Readonly<{ candidate: Candidate; entry: LedgerEntry; attempt: number | undefined }>): Job[] {
  if (attempt === undefined) return []
  const { id: interventionId, memberId, playbook, step, riskVersion, expiresAt, sendAt, decidedAt } = entry
  const job = { id: jobId(candidate.key, attempt), interventionId, memberId, playbook, step, riskVersion, expiresAt }
  return [{ job, notBefore: sendAt ?? decidedAt }]
}
