import type { LedgerEntry } from '@perennial/runtime'

/** A decision with what it rested on: what each gate said, by which texts of the plays, about which risk. */
export function decisionView(entry: LedgerEntry) {
  const { answers, policyVersion, riskVersion, modelId, purpose, termId } = entry
  return {
    ...ledgerView(entry),
    purpose,
    termId,
    policyVersion,
    riskVersion,
    modelId,
    answers: (entry.outcome?.answers ?? answers).map(({ gate, answer, reason, until }) => ({
      gate,
      answer,
      reason: reason ?? null,
      until: until === undefined ? null : iso(until),
    })),
  }
}

export type DecisionView = ReturnType<typeof decisionView>

/** One decision about a contact. Times are ISO 8601. */
export function ledgerView(entry: LedgerEntry) {
  const { id, playbook, step, channel, owner = null, decision, reason = null, band, lapseRisk, outcome } = entry
  return {
    interventionId: id,
    decidedAt: iso(entry.decidedAt),
    playbook,
    step,
    channel,
    owner,
    decision,
    reason,
    sendAt: entry.sendAt === undefined ? null : iso(entry.sendAt),
    expiresAt: iso(entry.expiresAt),
    band,
    lapseRisk,
    outcome:
      outcome === undefined
        ? null
        : { outcome: outcome.outcome, at: iso(outcome.at), channel: outcome.channel, detail: outcome.detail ?? null },
  }
}

export type LedgerView = ReturnType<typeof ledgerView>

function iso(at: number): string {
  return new Date(at).toISOString()
}
