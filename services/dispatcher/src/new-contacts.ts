import type { EpochMs, Rows } from '@perennial/member'
import { memberStateAt, type Plays } from '@perennial/playbooks'
import type { Contacts, ErasedMembers, KillSwitchState, Quotas } from '@perennial/runtime'
import { type Candidate, stateCandidates } from './candidates.ts'
import { askGates } from './decisions.ts'
import type { LookDeps } from './look.ts'
import { standingOf } from './standing.ts'

/** A member of whom something else would be known. The row stands at index 0; undefined = there is none. */
export type RowChange = Readonly<{ memberId: string; before: Rows | undefined; after: Rows | undefined }>

/** A contact that would be made because of it. `until`: not before then, undefined = at once. */
export type NewContact = Readonly<{ memberId: string; playbook: string; step: string; until: EpochMs | undefined }>

export type NewContactsDeps = Readonly<{
  plays: Plays
  contacts: Pick<Contacts, 'view'>
  quotas: Pick<Quotas, 'view'>
  erased: ErasedMembers
  scorer: LookDeps['scorer']
  kill: KillSwitchState
  now: EpochMs
}>

/**
 * Who would be contacted if these rows were others, and is not as they are: what the dispatcher's look would find in
 * them, and what all gates say of it now. Changes nothing, and takes no contact key.
 */
export async function newContacts(deps: NewContactsDeps, changes: readonly RowChange[]): Promise<NewContact[]> {
  const { kill, now } = deps
  const rows = new Map(changes.map(({ memberId, after }) => [memberId, after]))
  const members = { readMany: async (ids: readonly string[]) => ids.map((id) => rows.get(id)) }
  const candidates = changes.flatMap(({ memberId, before, after }) => {
    const known = new Set(candidatesOf(deps, memberId, before).map(({ key }) => key))
    return candidatesOf(deps, memberId, after).filter(({ key }) => !known.has(key))
  })
  if (candidates.length === 0) return []
  const asked = await askGates({ ...deps, members }, candidates, kill, now)
  return asked.flatMap(({ candidate: { ref, playbook, step }, decision }) =>
    decision.kind === 'hold'
      ? []
      : [
          {
            memberId: ref.memberId,
            playbook: playbook.name,
            step: step.name,
            until: decision.kind === 'delay' ? decision.until : undefined,
          },
        ],
  )
}

function candidatesOf({ plays, scorer, now }: NewContactsDeps, memberId: string, row: Rows | undefined): Candidate[] {
  if (row === undefined) return []
  const state = memberStateAt(scorer, row, 0, now)
  return stateCandidates(plays.playbooks, standingOf(memberId, row, scorer.model.id, now), state, now)
}
