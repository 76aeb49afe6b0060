import {
  decodeRow,
  isMemberKey,
  linkOf,
  memberKey,
  newRows,
  resetRow,
  type SubjectKey,
  type Vocabulary,
} from '@perennial/member'
import type { PartitionStore, RowPage } from '@perennial/runtime'
import { aliasesOf } from '@perennial/streams'

/** Whom an erasure is about. Beside what is linked to the member, references of theirs may be named. */
export type Person = Readonly<{
  memberId: string
  emails?: readonly string[]
  anonymousIds?: readonly string[]
  externalIds?: readonly Readonly<{ system: string; id: string }>[]
}>

/** The member, and every reference that was named, as the subjects of facts. */
export function namedSubjects(person: Person, hashEmail: (address: string) => string): SubjectKey[] {
  const { memberId, emails = [], anonymousIds = [], externalIds = [] } = person
  const aliases = aliasesOf({ memberId, email: null, anonymousId: null, externalIds }, hashEmail, emails)
  const anonymous = anonymousIds.flatMap((anonymousId) =>
    aliasesOf({ memberId, email: null, anonymousId, externalIds: [] }, hashEmail),
  )
  return [...new Set([memberKey(memberId), ...aliases, ...anonymous])]
}

const PAGE = 1_000

type Deps = Readonly<{
  store: Pick<PartitionStore, 'scan' | 'rowCount'>
  partitions: number
  vocabulary: Vocabulary
  /** Rows seen so far, of about so many. */
  progress?: (rows: number, of: number) => void
}>

/**
 * The subjects, and every alias that is linked to one of them, however many links lead there. Looks through all rows
 * once: no list is kept of who has which alias.
 */
export async function linkedSubjects(deps: Deps, named: readonly SubjectKey[]): Promise<SubjectKey[]> {
  /** Of aliases that are linked to a subject, or to another alias: these may lead to a subject. */
  const links = new Map<string, string>()
  const wanted = new Set<string>(named)
  for await (const [alias, target] of linksIn(deps))
    if (wanted.has(target) || !isMemberKey(target)) links.set(alias, target)
  for (let before = -1; before !== wanted.size;) {
    before = wanted.size
    for (const [alias, target] of links) if (wanted.has(target)) wanted.add(alias)
  }
  return [...wanted] as SubjectKey[]
}

async function* linksIn(deps: Deps): AsyncGenerator<readonly [alias: string, target: string]> {
  const { store, partitions, vocabulary, progress } = deps
  const rows = newRows(1, vocabulary)
  const targetOf = (row: Uint8Array) => {
    resetRow(rows, 0)
    decodeRow(row, rows, 0)
    return linkOf(rows, 0)
  }
  const all = Array.from({ length: partitions }, (_, partition) => partition)
  const total = (await Promise.all(all.map((partition) => store.rowCount(partition)))).reduce((sum, n) => sum + n, 0)
  let seen = 0
  for (const partition of all) {
    for await (const page of pagesOf(store, partition)) {
      yield* page.flatMap(([key, row]) => {
        const target = isMemberKey(key) ? undefined : targetOf(row)
        return target === undefined ? [] : [[key, target] as const]
      })
      seen += page.length
      progress?.(seen, total)
    }
  }
}

async function* pagesOf(store: Deps['store'], partition: number): AsyncGenerator<RowPage['rows']> {
  let cursor = '0'
  do {
    const page = await store.scan(partition, cursor, PAGE)
    yield page.rows
    cursor = page.cursor
  } while (cursor !== '0')
}
