import { DAY_MS, type EpochMs } from '@perennial/member'
import type { MemberState } from './member-state.ts'
import type { MemberRisk, Playbook, Step } from './playbook.ts'
import { inSegment } from './segment/segment.ts'

/** Whether a record of risk is a cause for the play, as far as the record alone can tell. */
export function eventCause(playbook: Playbook, risk: MemberRisk): boolean {
  if (!playbook.enabled || playbook.when.seenIn?.(risk) !== true) return false
  return playbook.for.status.includes(risk.status) && risk.confidence >= playbook.for.minConfidence
}

/** A step of a play that the member's state is a cause for: since when, and until when it makes sense. */
export type StateCause = Readonly<{ playbook: Playbook; step: Step; dueAt: EpochMs; expiresAt: EpochMs }>

/**
 * The steps that the member's state is a cause for right now. A step that came due too long ago to make sense is none:
 * who brings in years of members is not to write to all of them about yesterday.
 */
export function stateCause(playbook: Playbook, member: MemberState, now: EpochMs): StateCause[] {
  const dueAt = playbook.enabled ? playbook.when.dueAt?.(member) : undefined
  if (dueAt === undefined || dueAt > now || !inSegment(playbook.for, member, now)) return []
  return playbook.steps
    .map((step) => ({ playbook, step, dueAt, expiresAt: expiryOf(playbook, step, dueAt) }))
    .filter(({ expiresAt }) => now < expiresAt)
}

function expiryOf({ expiryMs }: Playbook, step: Step, dueAt: EpochMs): EpochMs {
  return step.expiryMs === undefined ? dueAt + expiryMs : dueAt + step.delayMs + step.expiryMs
}

/**
 * When the member is to be looked at again though nothing happens: at the next instant at which a cause comes about by
 * itself, and daily while there is one that the member's segment stands against, for a tenure grows without a word.
 * Undefined: never.
 */
export function nextLook(playbooks: readonly Playbook[], member: MemberState, now: EpochMs): EpochMs | undefined {
  let next = Infinity
  for (const playbook of playbooks) {
    const dueAt = playbook.enabled ? playbook.when.dueAt?.(member) : undefined
    if (dueAt === undefined) continue
    if (dueAt > now) next = Math.min(next, dueAt)
    else if (now < lastExpiry(playbook, dueAt) && !inSegment(playbook.for, member, now))
      next = Math.min(next, now + DAY_MS)
  }
  return next === Infinity ? undefined : next
}

function lastExpiry(playbook: Playbook, dueAt: EpochMs): EpochMs {
  return Math.max(...playbook.steps.map((step) => expiryOf(playbook, step, dueAt)))
}
