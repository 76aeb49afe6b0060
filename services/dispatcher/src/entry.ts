import type { EpochMs } from '@perennial/member'
import type { Decision } from '@perennial/playbooks'
import type { LedgerEntry } from '@perennial/runtime'
import type { Candidate } from './candidates.ts'
import type { Settled } from './decisions.ts'

/** The ledger's entry of a decision. */
export function entryOf(
  { candidate, owner, decision }: Pick<Settled, 'candidate' | 'owner' | 'decision'>,
  decidedAt: EpochMs,
  policyVersion: string,
): LedgerEntry {
  const { standing, playbook, step, cause, ref } = candidate
  return {
    id: cause.interventionId,
    memberId: cause.memberId,
    playbook: playbook.name,
    step: step.name,
    channel: step.channel,
    ...(step.fallback === undefined ? {} : { fallback: step.fallback }),
    ...(owner === undefined ? {} : { owner }),
    purpose: playbook.purpose,
    ...outcomeOf(decision, decidedAt),
    answers: decision.answers,
    policyVersion,
    riskVersion: standing.version,
    modelId: standing.modelId,
    band: standing.band,
    lapseRisk: standing.lapseRisk,
    ...partsOf(decision, standing),
    termId: ref.termId,
    termEnd: cause.termEnd,
    expiresAt: cause.expiresAt,
    decidedAt,
  }
}

/** What a risk that is acted on was made of. A look that was due by date has the risk only. */
function partsOf({ kind }: Decision, { contributions }: Candidate['standing']): Pick<LedgerEntry, 'parts'> {
  if (kind === 'hold' || contributions === undefined) return {}
  return { parts: Object.fromEntries(contributions.map(({ feature, contribution }) => [feature, contribution])) }
}

function outcomeOf(decision: Decision, decidedAt: EpochMs): Pick<LedgerEntry, 'decision' | 'reason' | 'sendAt'> {
  if (decision.kind === 'hold') return { decision: 'hold', reason: decision.reason }
  return { decision: 'send', sendAt: decision.kind === 'delay' ? decision.until : decidedAt }
}

/** CloudEvents 1.0, binary mode. The id is the decision's, so that a repeated record is recognised. */
export function interventionHeaders({ id, memberId, riskVersion, decidedAt }: LedgerEntry): Record<string, string> {
  return {
    ce_specversion: '1.0',
    ce_id: id,
    ce_source: '/perennial/dispatcher',
    ce_type: 'org.perennial.intervention.v1',
    ce_time: new Date(decidedAt).toISOString(),
    ce_subject: memberId,
    // The ce_id of the member-risk record that caused it.
    ce_causationid: `${memberId}.${riskVersion}`,
    'content-type': 'application/avro',
  }
}
