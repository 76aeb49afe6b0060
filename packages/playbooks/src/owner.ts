import { idHash } from '@perennial/member'
import type { MemberState } from './member-state.ts'
import { checked, either, list, mapped, object, optional, type Reader, record } from './yaml/reader.ts'
import { name, text } from './yaml/values.ts'

/** Who is to act: one and the same, by what the member database says of the member, or each in turn. */
export type Owner =
  | string
  | Readonly<{ by: 'chapter' | 'tier'; owners: Readonly<Record<string, string>>; otherwise: string }>
  | Readonly<{ by: 'turn'; owners: readonly string[] }>

/**
 * Who is to act for this member. In turn means by chance and for good: the same member has the same owner as long as the
 * list is the same, and when somebody joins or leaves it, only their share of the members moves (rendezvous hashing).
 */
export function ownerOf(
  owner: Owner | undefined,
  memberId: string,
  member: Pick<MemberState, 'chapter' | 'tier'> | undefined,
): string | undefined {
  if (owner === undefined || typeof owner === 'string') return owner
  if (owner.by === 'turn') return heaviest(owner.owners, memberId)
  const value = member?.[owner.by]
  return value !== undefined && Object.hasOwn(owner.owners, value) ? owner.owners[value] : owner.otherwise
}

/** Everybody who may be the owner. */
export function possibleOwners(owner: Owner | undefined): readonly string[] {
  if (owner === undefined) return []
  if (typeof owner === 'string') return [owner]
  return owner.by === 'turn' ? owner.owners : [...new Set([...Object.values(owner.owners), owner.otherwise])]
}

function heaviest(owners: readonly string[], memberId: string): string | undefined {
  let found: string | undefined
  let most = -1
  for (const owner of owners) {
    const { hi } = idHash(`${owner}|${memberId}`)
    if (hi > most) {
      most = hi
      found = owner
    }
  }
  return found
}

const owners = record(text, name)

const rule = mapped(
  checked(
    object({
      byChapter: optional(owners),
      byTier: optional(owners),
      roundRobin: optional(list(name)),
      otherwise: optional(name),
    }),
    ({ byChapter, byTier, roundRobin, otherwise }) => {
      const said = [byChapter, byTier, roundRobin].filter((one) => one !== undefined)
      if (said.length !== 1) return 'expected exactly one of byChapter, byTier, roundRobin'
      if (roundRobin !== undefined)
        return otherwise === undefined ? undefined : "'otherwise' has no use beside roundRobin"
      return otherwise === undefined
        ? "'otherwise' is missing: whose are those whom the list does not name?"
        : undefined
    },
  ),
  ({ byChapter, byTier, roundRobin, otherwise = '' }): Owner => {
    if (roundRobin !== undefined) return { by: 'turn', owners: roundRobin }
    return byChapter === undefined
      ? { by: 'tier', owners: byTier ?? {}, otherwise }
      : { by: 'chapter', owners: byChapter, otherwise }
  },
)

/** `membership-ops`, `{ byChapter: { Berlin: kim }, otherwise: ops }` (or `byTier`), or `{ roundRobin: [kim, jo] }`. */
export const owner: Reader<Owner> = either(name, rule)
