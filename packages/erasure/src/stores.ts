import { memberKey, partitionFor, type SubjectKey } from '@perennial/member'
import type {
  AddressBook,
  Agenda,
  Alerts,
  Contacts,
  ErasedPlace,
  Generations,
  HeldAlerts,
  Ledger,
  MemberJobs,
  ModelStore,
  OutcomeStore,
  RiskProjection,
  ShadowStore,
} from '@perennial/runtime'
import type { SnapshotTombstones } from './snapshots.ts'

/** Every place beside the member rows where something of a member is kept. */
export type MemberStores = Readonly<{
  partitions: number
  rows: Readonly<{ has(subject: SubjectKey): Promise<boolean> }>
  generations: Pick<Generations, 'forget'>
  snapshots: SnapshotTombstones
  risks: Pick<RiskProjection, 'forget' | 'get' | 'versions'>
  agenda: Pick<Agenda, 'forget'>
  ledger: Pick<Ledger, 'forget' | 'ofMember'>
  contacts: Pick<Contacts, 'forget' | 'ofMember'>
  alerts: Pick<Alerts, 'ofMember' | 'forget'>
  jobs: Pick<MemberJobs, 'forget' | 'ofMember'>
  heldAlerts: Pick<HeldAlerts, 'forget'>
  /** Works without the key: nothing is opened. */
  addresses: Pick<AddressBook, 'forget' | 'addressOf' | 'has'>
  outcomes: Pick<OutcomeStore, 'forget' | 'ofMember'>
  shadows: Pick<ShadowStore, 'forget'>
  models: Pick<ModelStore, 'read'>
}>

/** Removes all of it. `running`: jobs that are being sent right now; they are to be asked for again. */
export async function clearStores(
  stores: MemberStores,
  { memberId, subjects }: Readonly<{ memberId: string; subjects: readonly SubjectKey[] }>,
): Promise<Readonly<{ cleared: ErasedPlace[]; running: number }>> {
  const partition = partitionFor(memberKey(memberId), stores.partitions)
  const jobs = await stores.jobs.forget(memberId)
  const address = await stores.addresses.has(memberId)
  await stores.addresses.forget(memberId)
  const outcomes = (await stores.outcomes.ofMember(partition, memberId)).length
  await stores.outcomes.forget(partition, memberId)
  const shadow = (await stores.models.read()).models.shadow
  if (shadow !== undefined) await stores.shadows.forget(partition, shadow.id, memberId)
  await stores.risks.forget(partition, [memberId])
  let kept = 0
  for (const subject of subjects)
    kept += await stores.generations.forget(partitionFor(subject, stores.partitions), subject)
  await stores.snapshots.forget(subjects)
  const cleared = [
    { where: 'states kept beside the one that serves', count: kept },
    { where: 'jobs', count: jobs.removed },
    { where: 'alerts', count: await stores.alerts.forget(memberId) },
    { where: 'alerts held back', count: await stores.heldAlerts.forget(memberId) },
    { where: 'ledger', count: await stores.ledger.forget(memberId) },
    { where: 'contacts', count: await stores.contacts.forget(memberId) },
    { where: 'agenda', count: await stores.agenda.forget(partition, [memberId]) },
    { where: 'address book', count: address ? 1 : 0 },
    { where: 'model outcomes', count: outcomes },
  ]
  return { cleared, running: jobs.running }
}
