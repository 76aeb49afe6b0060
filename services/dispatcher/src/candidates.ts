import { audienceOf, type Cause, contactKey, matches, type Playbook, type Step, termId } from '@perennial/playbooks'
import { type ContactRef, interventionId } from '@perennial/runtime'
import type { MemberRiskV1 } from '@perennial/streams'

/** One step of one play that a record is a cause for. Follows from the record and the play alone. */
export type Candidate = Readonly<{
  risk: MemberRiskV1
  playbook: Playbook
  step: Step
  cause: Cause
  ref: ContactRef
  /** The contact key as one string. */
  key: string
}>

/** Mostly none: a record that enters no band is done with after two comparisons. */
export function candidatesOf(playbooks: readonly Playbook[], risk: MemberRiskV1): Candidate[] {
  if (risk.band === risk.previousBand || risk.band === 'low') return []
  return playbooks
    .filter((playbook) => matches(playbook, risk))
    .flatMap((playbook) => playbook.steps.map((step) => candidateOf(playbook, step, risk)))
}

function candidateOf(playbook: Playbook, step: Step, risk: MemberRiskV1): Candidate {
  const { memberId, version, asOf, termEnd, replay } = risk
  const term = termId(risk)
  return {
    risk,
    playbook,
    step,
    cause: {
      interventionId: interventionId(memberId, version, playbook.name, step.name),
      memberId,
      riskVersion: version,
      termEnd: termEnd ?? 0,
      expiresAt: asOf + playbook.expiryMs,
      replay,
    },
    ref: {
      memberId,
      termId: term,
      playbook: playbook.name,
      step: step.name,
      audience: audienceOf(playbook.purpose),
    },
    key: contactKey(memberId, term, playbook.name, step.name),
  }
}
