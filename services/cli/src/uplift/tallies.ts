import { ALL_PLAYS, asOnePlay, mergedTally, type Tally, tally } from '@perennial/effect'
import { decodeRow, type EpochMs, isMemberKey, memberIdOf, newRows, type Vocabulary } from '@perennial/member'
import type { Plays } from '@perennial/playbooks'
import type { Ledger, PartitionStore } from '@perennial/runtime'
import { exposuresOf, type Found } from './exposures.ts'

/** Rows read at a time; their members' decisions are held in memory together. */
const PAGE = 500

export type TallyDeps = Readonly<{
  plays: Plays
  ledger: Pick<Ledger, 'ofMember'>
  store: Pick<PartitionStore, 'scan'>
  vocabulary: Vocabulary
  partitions: number
  now: EpochMs
  /** How many members have been looked at. */
  progress: (members: number) => void
}>

/** What became of everybody who was up for a play, by play; and of all plays together, under `ALL_PLAYS`. */
export async function talliesOf(deps: TallyDeps): Promise<ReadonlyMap<string, Tally>> {
  const parts = new Map<string, Tally[]>()
  let members = 0
  for await (const page of pages(deps)) {
    members += page.length
    deps.progress(members)
    for (const [play, part] of tallied(deps, page)) parts.set(play, [...(parts.get(play) ?? []), part])
  }
  return new Map([...parts].map(([play, list]) => [play, mergedTally(list)]))
}

/** Members, a page at a time: no member is in two of them, but for one that a page brings twice while rows move. */
async function* pages({ store, ledger, vocabulary, plays, partitions }: TallyDeps): AsyncGenerator<readonly Found[]> {
  for (let partition = 0; partition < partitions; partition++) {
    const seen = new Set<string>()
    let cursor = '0'
    do {
      const page = await store.scan(partition, cursor, PAGE)
      const rows = page.rows.filter(([key]) => isMemberKey(key) && !seen.has(key))
      for (const [key] of rows) seen.add(key)
      yield await Promise.all(
        rows.map(async ([key, bytes]) => {
          const row = newRows(1, vocabulary)
          decodeRow(bytes, row, 0)
          return exposuresOf(plays, row, await ledger.ofMember(memberIdOf(key)))
        }),
      )
      cursor = page.cursor
    } while (cursor !== '0')
  }
}

function tallied({ plays, now }: TallyDeps, page: readonly Found[]): [string, Tally][] {
  const exposures = page.flatMap((found) => found.exposures)
  const outcomes = page.flatMap((found) => found.outcomes)
  if (exposures.length === 0) return []
  const longest = Math.max(...plays.playbooks.map(({ success }) => success.withinMs))
  const all = outcomes.map((outcome) => ({ ...outcome, play: ALL_PLAYS }))
  return [
    ...plays.playbooks.map(({ name, success }): [string, Tally] => [
      name,
      tally(exposures, outcomes, { play: name, windowMs: success.withinMs, asOf: now }),
    ]),
    [ALL_PLAYS, tally(asOnePlay(exposures), all, { play: ALL_PLAYS, windowMs: longest, asOf: now })],
  ]
}
