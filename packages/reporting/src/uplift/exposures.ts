import { type Arm, type Exposure, isHeldOutOfAll, type Outcome } from '@perennial/effect'
import { type Rows, SLOT, slot } from '@perennial/member'
import type { Playbook, Policy } from '@perennial/playbooks'
import type { LedgerEntry } from '@perennial/runtime'
import { reachedAt } from './reached-at.ts'

export type Found = Readonly<{ exposures: readonly Exposure[]; outcomes: readonly Outcome[] }>

/**
 * What a member's decisions and row say about plays: which the member was up for, in which arm, and when the goal was
 * reached since. Up for a play is who was contacted or held out of it; who was held back for another reason is in no
 * comparison. The arm is the one at the time of the decision: shares may have changed since.
 */
export function exposuresOf(
  { playbooks, policy }: Readonly<{ playbooks: readonly Playbook[]; policy: Policy }>,
  row: Rows,
  entries: readonly LedgerEntry[],
): Found {
  const exposures: Exposure[] = []
  const outcomes: Outcome[] = []
  for (const entry of entries) {
    const playbook = playbooks.find(({ name }) => name === entry.playbook)
    if (playbook === undefined) continue
    if (entry.decision === 'hold' && entry.reason !== 'holdout') continue
    const { memberId, decidedAt: assignedAt, lapseRisk: riskBefore, termId: term } = entry
    const dues = slot(row, 0, SLOT.dues)
    const worth = playbook.success.goal === 'renewed' && dues > 0 ? dues : undefined
    exposures.push({
      memberId,
      play: playbook.name,
      term,
      assignedAt,
      arm: armAt(entry, policy),
      riskBefore,
      dues: worth,
    })
    const at = reachedAt(playbook.success.goal, row, entry, entries)
    if (at !== undefined) outcomes.push({ memberId, play: playbook.name, at })
  }
  return { exposures, outcomes }
}

function armAt({ decision, memberId }: LedgerEntry, { holdout }: Policy): Arm {
  if (decision === 'send') return 'treated'
  const ofAll = holdout !== undefined && isHeldOutOfAll({ salt: holdout.salt, memberId, share: holdout.globalShare })
  return ofAll ? 'global-control' : 'control'
}
