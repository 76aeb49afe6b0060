import { DAY_MS } from '@perennial/member'
import type { QuotaInForce } from './gates/gate.ts'
import { possibleOwners } from './owner.ts'
import { audienceOf, type Playbook, type Policy, type Step } from './playbook.ts'

/** The channel whose contacts are entries in the alerts list. */
export const TASK = 'task'

/** Whether a contact is work for a colleague. */
export function isAlert({ purpose }: Playbook, { channel }: Step): boolean {
  return audienceOf(purpose) === 'team' || channel === TASK
}

/** What a contact is, as far as quotas go. */
export type Claim = Readonly<{
  playbook: Playbook
  step: Step
  policy: Policy
  /** Who is to act on it. */
  owner: string | undefined
  /** Dues at risk. */
  worth: number
}>

/**
 * The quotas that a contact of this step needs a place in, over all members: so many contacts of a play, which stops a
 * play that went wrong; and so many alerts of an owner a day, those with most at stake.
 */
export function quotasFor({ playbook, step, policy, owner, worth }: Claim): readonly QuotaInForce[] {
  const quotas: QuotaInForce[] = []
  const limit = playbook.limit ?? policy.limit
  if (limit !== undefined) {
    const { contacts: most, withinMs } = limit
    quotas.push({ name: `play:${playbook.name}`, reason: 'play-limit', most, withinMs })
  }
  const most = owner === undefined || !isAlert(playbook, step) ? undefined : budgetOf(owner, policy)
  if (most !== undefined) quotas.push({ name: `owner:${owner}`, reason: 'alert-budget', most, withinMs: DAY_MS, worth })
  return quotas
}

/** Whether what is done about a member may depend on others: a play that is switched on asks for places in a quota. */
export function hasQuotas({
  playbooks,
  policy,
}: Readonly<{ playbooks: readonly Playbook[]; policy: Policy }>): boolean {
  return playbooks.some(
    (playbook) =>
      playbook.enabled &&
      playbook.steps.some((step) =>
        [undefined, ...possibleOwners(step.owner)].some(
          (owner) => quotasFor({ playbook, step, policy, owner, worth: 0 }).length > 0,
        ),
      ),
  )
}

function budgetOf(owner: string, { alertBudget }: Policy): number | undefined {
  const own = alertBudget?.owners
  return own !== undefined && Object.hasOwn(own, owner) ? own[owner] : alertBudget?.perDay
}
