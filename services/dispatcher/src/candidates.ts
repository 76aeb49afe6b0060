import {
  audienceOf,
  type Cause,
  contactKey,
  eventCause,
  type MemberState,
  type Playbook,
  stateCause,
  type Step,
  entryId,
  termId,
} from '@perennial/playbooks'
import { DAY_MS, type EpochMs } from '@perennial/member'
import { type ContactRef, interventionId } from '@perennial/runtime'
import type { MemberRiskV1 } from '@perennial/streams'
import type { Standing } from './standing.ts'

/** One step of one play that there is a cause for. Follows from the record, or the member's state, and the play alone. */
export type Candidate = Readonly<{
  standing: Standing
  playbook: Playbook
  step: Step
  cause: Cause
  ref: ContactRef
  /** The contact key as one string. */
  key: string
}>

/** What a record of risk is a cause for. Mostly nothing: a record that moves no band is done with after a few comparisons. */
export function eventCandidates(playbooks: readonly Playbook[], risk: MemberRiskV1): Candidate[] {
  return playbooks
    .filter((playbook) => eventCause(playbook, risk))
    .flatMap((playbook) =>
      playbook.steps.map((step) => {
        const expiresAt = risk.asOf + (step.expiryMs === undefined ? playbook.expiryMs : step.delayMs + step.expiryMs)
        // Versions are counted anew when everything is folded again: with its instant a record is not taken for another.
        const occasion = `${risk.version}@${risk.asOf}`
        return candidateOf(risk, termId(risk), { playbook, step, expiresAt, occasion, replay: risk.replay })
      }),
    )
}

/**
 * What the member's state is a cause for right now. A look that was due on a later day (`standing.asOf`) is another occasion:
 * what was held back for a reason that passes has another chance then, with an entry of its own in the ledger. It is
 * the day the look was due, so that a crash in the middle of a look leads to the same occasion.
 */
export function stateCandidates(
  playbooks: readonly Playbook[],
  standing: Standing,
  member: MemberState,
  now: EpochMs,
): Candidate[] {
  const causes = playbooks.flatMap((playbook) => stateCause(playbook, member, now))
  if (causes.length === 0) return []
  const term = termId(standing)
  return causes.map(({ playbook, step, dueAt, expiresAt }) => {
    const day = Math.max(0, Math.floor((standing.asOf - dueAt) / DAY_MS))
    const occasion = `${dueAt}+${day}d`
    return candidateOf(standing, term, { playbook, step, expiresAt, dueAt, occasion, replay: false })
  })
}

type Found = Pick<Candidate, 'playbook' | 'step'> &
  Pick<Cause, 'expiresAt' | 'dueAt' | 'replay'> &
  Readonly<{ occasion: string }>

function candidateOf(standing: Standing, term: string, { playbook, step, occasion, ...found }: Found): Candidate {
  const { memberId, version, termEnd } = standing
  let id: string | undefined
  const entry = entryId(playbook, term, found.dueAt ?? standing.asOf)
  return {
    standing,
    playbook,
    step,
    cause: {
      // A hash, and most candidates turn out to have been contacted: made when it is asked for.
      get interventionId() {
        return (id ??= interventionId(memberId, occasion, playbook.name, step.name))
      },
      memberId,
      riskVersion: version,
      termEnd: termEnd ?? 0,
      ...found,
    },
    ref: { memberId, termId: entry, playbook: playbook.name, step: step.name, audience: audienceOf(playbook.purpose) },
    key: contactKey(memberId, entry, playbook.name, step.name),
  }
}
