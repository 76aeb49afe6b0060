import { decodeRow, isMemberKey, memberIdOf, newRows, type Rows, type Vocabulary } from '@perennial/member'
import type { Ledger, LedgerEntry, RowPage } from '@perennial/runtime'

/** Rows read at a time; their members' decisions are held in memory together. */
const PAGE = 500

/** One member: the row at index 0, and what was decided, newest first. */
export type Seen = Readonly<{ memberId: string; row: Rows; entries: readonly LedgerEntry[] }>

/** Adds up something about all members. What it holds must not grow with them. */
export type Counter = Readonly<{ take(page: readonly Seen[]): void }>

export type SurveyDeps = Readonly<{
  ledger: Pick<Ledger, 'ofMember'>
  store: Readonly<{
    scan(partition: number, cursor: string, count: number): Promise<Pick<RowPage, 'cursor' | 'rows'>>
  }>
  vocabulary: Vocabulary
  partitions: number
  /** How many members have been looked at. */
  progress?: (members: number) => void
}>

/**
 * Goes once through all members, a page at a time, and shows them to every counter: whatever is told of the same pass is
 * about the same members. Answers how many there were.
 */
export async function survey(deps: SurveyDeps, counters: readonly Counter[]): Promise<number> {
  let members = 0
  for await (const page of pages(deps)) {
    members += page.length
    for (const counter of counters) counter.take(page)
    deps.progress?.(members)
  }
  return members
}

/** No member is in two pages, though a page may bring one twice while rows move. */
async function* pages({ store, ledger, vocabulary, partitions }: SurveyDeps): AsyncGenerator<readonly Seen[]> {
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
          const memberId = memberIdOf(key)
          return { memberId, row, entries: await ledger.ofMember(memberId) }
        }),
      )
      cursor = page.cursor
    } while (cursor !== '0')
  }
}
