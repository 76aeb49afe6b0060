import type { Channel, Outreach } from '@perennial/channels'
import type { EpochMs } from '@perennial/member'
import { contactTerms, type Decision, type Playbook, type Step } from '@perennial/playbooks'
import {
  type HeldAlert,
  isFree,
  type JobResult,
  type JobRun,
  type LedgerEntry,
  type OutreachJob,
} from '@perennial/runtime'
import { type Asked, askGates, takeQuotas } from './ask-gates.ts'
import { conclude, contactOf } from './conclude.ts'
import type { OutreachDeps } from './deps.ts'

const DONE: JobResult = { kind: 'done' }

/**
 * One attempt of one job: the gates again with what is known now, then the channel. A job whose cause has passed is
 * superseded, which is an end like any other. A crash leaves the job to be run again from the top:
 * - before `begin`, nothing has happened;
 * - between `begin` and the channel's answer, the contact may have arrived: it is sent again under the same id, by
 *   which the receiver knows it (this is the one place where "once" is the receiver's doing);
 * - after `settle`, only the reporting is repeated.
 * A Redis that has lost what it knew of contacts is told again from the log before anything is asked.
 */
export async function runJob(deps: OutreachDeps, run: JobRun): Promise<JobResult> {
  const { job, lastAttempt } = run
  await deps.recall.ensure()
  const [entry] = await deps.ledger.find([{ memberId: job.memberId, id: job.interventionId }])
  // Older than the ledger remembers: whatever it was about has passed.
  if (entry === undefined) return DONE
  const [view = { contact: undefined, others: [] }] = await deps.contacts.view([contactOf(entry)])
  const { contact } = view
  if (contact?.interventionId !== entry.id || isFree(contact))
    return superseded(deps, job, entry, { detail: contact?.state === 'displaced' ? 'displaced' : 'superseded' })
  if (contact.state === 'sent') return delivered(deps, job, entry)

  const play = await playOf(deps, entry)
  const channel = channelFor(deps, entry)
  if (play === undefined) return superseded(deps, job, entry, { detail: 'playbook-gone' })
  if (channel === undefined) return superseded(deps, job, entry, { detail: 'no-channel' })

  const asked = await askGates(deps, entry, { ...play, channel: channel.name }, view)
  const { decision } = asked
  if (decision.kind === 'delay') return { kind: 'later', at: decision.until }
  const held = decision.kind === 'hold' ? decision.reason : await takeQuotas(deps, entry, asked)
  if (held === 'alert-budget') await deps.heldAlerts.add(heldAlertOf(entry, asked, deps.clock.now()))
  if (held !== undefined) return superseded(deps, job, entry, { detail: held, answers: decision.answers })

  const { playbook, step } = play
  const reservation = {
    ref: contactOf(entry),
    interventionId: entry.id,
    ...contactTerms(playbook, step, deps.plays.policy),
  }
  const begun = await deps.contacts.begin(reservation, deps.clock.now())
  // Redis was away meanwhile, and may not know any more that it has gone out.
  if (!(await deps.recall.holds())) return runJob(deps, run)
  if (begun === 'sent') return delivered(deps, job, entry)
  if (begun !== 'begun') return superseded(deps, job, entry, { detail: begun === 'capped' ? 'cap' : 'superseded' })
  return attempt(deps, { job, entry, channel, lastAttempt, step, answers: decision.answers })
}

/** A job that ended without our knowing: its worker died, or threw, too often. */
export async function abandonJob(deps: OutreachDeps, job: OutreachJob, reason: string): Promise<void> {
  const [entry] = await deps.ledger.find([{ memberId: job.memberId, id: job.interventionId }])
  if (entry !== undefined) await failed(deps, job, entry, { channel: entry.channel, detail: reason })
}

type Attempt = Readonly<{
  job: OutreachJob
  entry: LedgerEntry
  channel: Channel
  lastAttempt: boolean
  step: Step
  answers: Decision['answers']
}>

async function attempt(
  deps: OutreachDeps,
  { job, entry, channel, lastAttempt, step: { template, dueMs }, answers }: Attempt,
): Promise<JobResult> {
  const dueAt = Math.min(entry.expiresAt, dueMs === undefined ? Infinity : deps.clock.now() + dueMs)
  const result = await channel.send({ ...outreachOf(job, entry), template, dueAt })
  if (result.kind === 'delivered') return delivered(deps, job, entry, { channel: channel.name, answers })
  if (result.kind === 'retry' && !lastAttempt) {
    deps.telemetry.sent(channel.name, 'retry')
    return result
  }
  await failed(deps, job, entry, { channel: channel.name, detail: result.reason })
  return result
}

type Details = Readonly<{ channel?: string; detail?: string; answers?: Decision['answers'] }>

async function delivered(
  deps: OutreachDeps,
  job: OutreachJob,
  entry: LedgerEntry,
  details: Details = {},
): Promise<JobResult> {
  await deps.contacts.settle(contactOf(entry), entry.id, 'sent')
  await conclude(deps, job.id, entry, {
    outcome: 'delivered',
    channel: channelFor(deps, entry)?.name ?? entry.channel,
    ...details,
  })
  return DONE
}

async function failed(
  deps: OutreachDeps,
  job: OutreachJob,
  entry: LedgerEntry,
  details: Details & { channel: string },
): Promise<void> {
  const state = await deps.contacts.settle(contactOf(entry), entry.id, 'failed')
  // It had gone out after all: what was lost is only the word of it.
  await conclude(deps, job.id, entry, { outcome: state === 'sent' ? 'delivered' : 'failed', ...details })
}

async function superseded(
  deps: OutreachDeps,
  job: OutreachJob,
  entry: LedgerEntry,
  details: Details & { detail: string },
): Promise<JobResult> {
  const state = await deps.contacts.settle(contactOf(entry), entry.id, 'superseded')
  deps.telemetry.held(details.detail, entry.playbook)
  // After an attempt that may have arrived, the truth is that we do not know, and the key stays taken.
  const outcome = state === 'failed' ? 'failed' : 'superseded'
  await conclude(deps, job.id, entry, { outcome, channel: entry.channel, ...details })
  return DONE
}

type Play = Readonly<{ playbook: Playbook; step: Step }>

/**
 * The play as it was when this was decided: who changes a play in mid-flight changes what begins with it from then on. But a
 * play that is gone from the folder, or switched off there, sends nothing any more.
 */
async function playOf({ plays, playsOf }: OutreachDeps, entry: LedgerEntry): Promise<Play | undefined> {
  const named = ({ name }: Playbook) => name === entry.playbook
  const inForce = plays.playbooks.find(named)
  if (inForce === undefined) return undefined
  const then = (await playsOf(entry.policyVersion))?.playbooks.find(named) ?? inForce
  const step = then.steps.find(({ name }) => name === entry.step)
  return step && { playbook: { ...then, enabled: inForce.enabled }, step }
}

/** The one the play wants, else what it falls back to. */
function channelFor({ channels }: OutreachDeps, { channel, fallback }: LedgerEntry): Channel | undefined {
  return channels.get(channel) ?? (fallback === undefined ? undefined : channels.get(fallback))
}

function heldAlertOf(entry: LedgerEntry, { valueAtRisk }: Asked, heldAt: EpochMs): HeldAlert[] {
  const { id: interventionId, memberId, playbook, step, owner } = entry
  return owner === undefined ? [] : [{ interventionId, memberId, playbook, step, owner, valueAtRisk, heldAt }]
}

function outreachOf(job: OutreachJob, entry: LedgerEntry): Omit<Outreach, 'template' | 'dueAt'> {
  const {
    memberId,
    playbook,
    step,
    owner,
    purpose,
    band,
    lapseRisk,
    riskVersion,
    modelId,
    termId,
    decidedAt,
    expiresAt,
  } = entry
  const what = {
    memberId,
    playbook,
    step,
    owner,
    purpose,
    band,
    lapseRisk,
    riskVersion,
    modelId,
    termId,
    decidedAt,
    expiresAt,
  }
  return { id: job.id, interventionId: entry.id, ...what }
}
