import { type EpochMs, isMemberKey, memberIdOf } from '@perennial/member'
import type { Agenda, PartitionStore } from '@perennial/runtime'

/** Rows read at a time. */
const PAGE = 1_000

export type FillDeps = Readonly<{
  agenda: Pick<Agenda, 'notice' | 'filledFor' | 'markFilled'>
  store: Pick<PartitionStore, 'scan'>
}>

/**
 * Puts every member of a partition on the agenda, once for each set of plays: a play that is new has not seen those of whom
 * nothing was heard since. `again`: what is on the agenda may have been lost.
 */
export async function fillAgenda(
  { agenda, store }: FillDeps,
  partition: number,
  { version, now, again }: Readonly<{ version: string; now: EpochMs; again: boolean }>,
): Promise<void> {
  if (!again && (await agenda.filledFor(partition)) === version) return
  let cursor = '0'
  do {
    const page = await store.scan(partition, cursor, PAGE)
    const members = page.rows.flatMap(([key]) => (isMemberKey(key) ? [memberIdOf(key)] : []))
    await agenda.notice(partition, members, now)
    cursor = page.cursor
  } while (cursor !== '0')
  await agenda.markFilled(partition, version)
}
