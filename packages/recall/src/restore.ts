import { audienceOf, contactKey, type Purpose } from '@perennial/playbooks'
import {
  answersOf,
  type ContactRef,
  type Contacts,
  type Decode,
  type Erasures,
  interventionEntry,
  jobId,
  type JobQueue,
  type Ledger,
  type LedgerEntry,
  type LedgerOutcome,
  type Log,
  type Logger,
  type LogRecord,
  type Positions,
} from '@perennial/runtime'
import { memberKey } from '@perennial/member'
import { type InterventionV2, type OutreachOutcomeV2, topicOf } from '@perennial/streams'

export const DECISIONS = topicOf('intervention')
export const OUTCOMES = topicOf('outreach-outcome')
/** Records read and written back together. */
const PAGE = 1_000

export type RestoreDeps = Readonly<{
  log: Pick<Log, 'read' | 'startOffsets'>
  decode: Readonly<{ intervention: Decode<'intervention'>; outcome: Decode<'outreach-outcome'> }>
  contacts: Pick<Contacts, 'reserve' | 'begin' | 'settle'>
  ledger: Pick<Ledger, 'find' | 'record' | 'close'>
  queue: Pick<JobQueue, 'add'>
  /** What was decided about somebody before they were erased is not brought back. */
  erasures: Pick<Erasures, 'barOf' | 'refresh'>
  logger: Pick<Logger, 'warn'>
}>

/** What outreach itself says; that a message bounced or was replied to, others say later. */
type Ended = OutreachOutcomeV2 & Readonly<{ outcome: LedgerOutcome['outcome'] }>

/** By decision. The last word counts, as in the ledger. */
type Outcomes = Map<string, Ended>

/** What came of decisions, and since when the log tells all of it: it forgets outcomes long before it forgets decisions. */
type Told = Readonly<{ outcomes: Outcomes; since: number }>

/**
 * Brings ledger, contacts and jobs up to what the log tells between two positions. All of it can be done twice, and
 * beside others who do the same.
 *
 * A decision to send without an outcome gets its job again: it was decided and not made yet. It counts as made, for not
 * twice is what counts, where the contact was lost and its outcome may have been told so long ago that the log has
 * forgotten it, or where neither the ledger nor the record has all of it (records of older builds).
 */
export async function restoreContacts(deps: RestoreDeps, from: Positions | undefined, to: Positions): Promise<void> {
  await deps.erasures.refresh()
  const outcomes: Outcomes = new Map()
  for await (const page of pages(deps, OUTCOMES, from, to))
    for (const outcome of (await deps.decode.outcome(page)).records)
      if (isEnd(outcome)) outcomes.set(outcome.interventionId, outcome)

  const told: Told = { outcomes, since: await toldSince(deps) }
  // Outcomes first: a key that came free may have been taken by a later decision.
  let missing = await restoreOutcomes(deps, [...outcomes.values()])
  for await (const page of pages(deps, DECISIONS, from, to)) {
    const decoded = (await deps.decode.intervention(page)).records
    const records = decoded.filter(({ memberId, decidedAt }) => decidedAt >= deps.erasures.barOf(memberKey(memberId)))
    await deps.ledger.record(records.map(interventionEntry).filter((entry) => entry !== undefined))
    missing += await restoreDecisions(
      deps,
      records.filter(({ decision }) => decision === 'send'),
      told,
    )
  }
  if (missing > 0) deps.logger.warn({ missing }, 'Contacts were lost, and were taken over from the log.')
}

async function* pages(
  { log }: RestoreDeps,
  topic: string,
  from: Positions | undefined,
  to: Positions,
): AsyncGenerator<readonly LogRecord[]> {
  const starts = await log.startOffsets(topic)
  for (const [partition, end] of (to[topic] ?? []).entries()) {
    for (let at = Math.max(from?.[topic]?.[partition] ?? 0, starts[partition] ?? 0); at < end;) {
      const page = await log.read({ topic, partition }, at, PAGE)
      const last = page.at(-1)
      if (last === undefined) break
      yield page
      at = last.offset + 1
    }
  }
}

/** Since when (ms since 1970) every outcome is in the log: -Infinity while none has been forgotten. */
async function toldSince({ log }: RestoreDeps): Promise<number> {
  const starts = await log.startOffsets(OUTCOMES)
  const oldest = await Promise.all(
    starts.map(async (start, partition) => {
      if (start === 0) return -Infinity
      const [first] = await log.read({ topic: OUTCOMES, partition }, start, 1)
      // Nothing is left: whatever was told before now is gone.
      return first?.timestamp ?? Infinity
    }),
  )
  return Math.max(-Infinity, ...oldest)
}

/** What came of decisions that the ledger still has; answers how many it did not know the outcome of. */
async function restoreOutcomes(deps: RestoreDeps, outcomes: readonly Ended[]): Promise<number> {
  let missing = 0
  for (let at = 0; at < outcomes.length; at += PAGE) {
    const some = outcomes.slice(at, at + PAGE)
    const entries = await deps.ledger.find(some.map(refOf))
    const unknown = some.flatMap((outcome, n) => {
      const entry = entries[n]
      return entry === undefined || entry.outcome?.outcome === outcome.outcome ? [] : [{ outcome, entry }]
    })
    for (const { outcome, entry } of unknown) await settle(deps, contactOf(entry), outcome, entry)
    missing += unknown.length
  }
  return missing
}

/** Answers how many contacts were missing. */
async function restoreDecisions(
  deps: RestoreDeps,
  decisions: readonly InterventionV2[],
  { outcomes, since }: Told,
): Promise<number> {
  const { contacts, ledger, queue } = deps
  const entries = await ledger.find(decisions.map(({ memberId, interventionId }) => ({ memberId, id: interventionId })))
  let missing = 0
  // One by one: whether a key is free for the next decision depends on what came of the one before.
  for (const [n, decision] of decisions.entries()) {
    const { interventionId, sendAt, decidedAt, purpose, channel } = decision
    const outcome = outcomes.get(interventionId)
    const ref = contactOf(decision)
    // It holds no key.
    if (outcome?.outcome === 'superseded') {
      await note(deps, outcome, entries[n])
      continue
    }
    const plannedAt = sendAt ?? decidedAt
    const [answer] = await contacts.reserve([
      { ref, interventionId, plannedAt, traits: { purpose, channel }, caps: [] },
    ])
    if (answer?.kind === 'reserved') missing++
    if (answer?.kind !== 'reserved' && answer?.kind !== 'mine') continue
    const entry = entries[n]
    if (outcome !== undefined) await settle(deps, ref, outcome, entry)
    else if (answer.kind === 'reserved' && (entry === undefined || plannedAt < since))
      await contacts.settle(ref, interventionId, 'sent')
    else if (entry !== undefined && entry.outcome === undefined) await queue.add([jobOf(entry, answer.attempt)])
  }
  return missing
}

async function settle(deps: RestoreDeps, ref: ContactRef, of: Ended, entry: LedgerEntry | undefined): Promise<void> {
  const { interventionId, outcome, occurredAt } = of
  // Caps count from when it was made, which may be long after it was decided.
  if (outcome !== 'superseded') await deps.contacts.begin({ ref, interventionId, caps: [] }, occurredAt)
  await deps.contacts.settle(ref, interventionId, outcome === 'delivered' ? 'sent' : outcome)
  await note(deps, of, entry)
}

/** What the ledger knows of an outcome already it need not be told again. */
async function note({ ledger }: RestoreDeps, of: Ended, entry: LedgerEntry | undefined): Promise<void> {
  const { outcome, occurredAt, channel, detail, answers } = of
  if (entry === undefined || entry.outcome?.outcome === outcome) return
  await ledger.close(refOf(of), {
    outcome,
    at: occurredAt,
    channel,
    ...(detail === null ? {} : { detail }),
    ...(answers === null ? {} : { answers: answersOf(answers) }),
  })
}

function isEnd(outcome: OutreachOutcomeV2): outcome is Ended {
  return outcome.outcome === 'delivered' || outcome.outcome === 'failed' || outcome.outcome === 'superseded'
}

function refOf({ member, interventionId }: OutreachOutcomeV2) {
  return { memberId: member.memberId ?? '', id: interventionId }
}

type Named = Pick<LedgerEntry, 'memberId' | 'termId' | 'playbook' | 'step' | 'purpose'>

function contactOf({ memberId, termId, playbook, step, purpose }: Named): ContactRef {
  return { memberId, termId, playbook, step, audience: audienceOf(purpose as Purpose) }
}

function jobOf(entry: LedgerEntry, attempt: number): Parameters<JobQueue['add']>[0][number] {
  const { id: interventionId, memberId, playbook, step, termId, riskVersion, expiresAt, sendAt, decidedAt } = entry
  const id = jobId(contactKey(memberId, termId, playbook, step), attempt)
  return {
    job: { id, interventionId, memberId, playbook, step, riskVersion, expiresAt },
    notBefore: sendAt ?? decidedAt,
  }
}
