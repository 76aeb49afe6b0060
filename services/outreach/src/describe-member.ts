import type { MemberDescription } from '@perennial/channels'
import { readTail, SLOT, slot } from '@perennial/member'
import { type Scorer, topReasons } from '@perennial/risk'
import type { Clock, MemberReader } from '@perennial/runtime'

export type DescribeDeps = Readonly<{
  members: Pick<MemberReader, 'read'>
  /** What scores right now. */
  scorer(): Scorer
  clock: Clock
}>

/** What messages may say of a member at this moment; undefined: nothing is known. */
export async function describeMember(
  { members, scorer, clock }: DescribeDeps,
  memberId: string,
): Promise<MemberDescription | undefined> {
  const rows = await members.read(memberId)
  if (rows === undefined) return undefined
  const { score, reason } = scorer()
  const { contributions, valueAtRisk } = score(rows, 0, clock.now())
  const { tier, chapter, timeZone } = readTail(rows, 0)
  const termEnd = slot(rows, 0, SLOT.termEnd)
  return {
    tier,
    chapter,
    timeZone,
    termEnd: termEnd === 0 ? undefined : termEnd,
    valueAtRisk,
    reasons: topReasons(contributions).map(reason),
  }
}
