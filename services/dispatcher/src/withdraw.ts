import { memberKey } from '@perennial/member'
import type { Agenda, Clock, Erasures, RiskProjection } from '@perennial/runtime'

export type WithdrawDeps = Readonly<{
  risks: Pick<RiskProjection, 'forget'>
  agenda: Pick<Agenda, 'forget' | 'notice'>
  erasures: Pick<Erasures, 'barOf' | 'refresh'>
  clock: Clock
}>

/**
 * Nothing is said of the risk of these members any more (records without a value): they leave the list. Who was erased
 * leaves the agenda, too; who only objects to being profiled may have a term that ends, and is looked at.
 */
export async function withdraw(deps: WithdrawDeps, partition: number, memberIds: readonly string[]): Promise<void> {
  // An erasure is noted before it is folded.
  await deps.erasures.refresh()
  const [gone, kept] = [true, false].map((is) =>
    memberIds.filter((id) => deps.erasures.barOf(memberKey(id)) > 0 === is),
  )
  await deps.risks.forget(partition, memberIds)
  await deps.agenda.forget(partition, gone ?? [])
  await deps.agenda.notice(partition, kept ?? [], deps.clock.now())
}
