import type { Outreach } from './channel.ts'
import type { MemberDescription } from './member-description.ts'

/** What a colleague reads about one member, before it takes the form of a chat. */
export type Alert = Readonly<{
  title: string
  /** Label and value, in the order to be read. */
  facts: readonly (readonly [label: string, value: string])[]
  /** In words, the most telling first. */
  reasons: readonly string[]
  /** The member's page, where the settings say how to find it. */
  link: string | undefined
  /** By which a second copy is recognised. */
  id: string
}>

/** `memberUrl`: address of a member's page, with `{memberId}` in the place of the number. */
export function alertOf(
  outreach: Outreach,
  about: MemberDescription | undefined,
  memberUrl: string | undefined,
): Alert {
  const { id, memberId, playbook, owner, band, lapseRisk, dueAt } = outreach
  const optional: (readonly [string, string | undefined])[] = [
    ['Play', playbook],
    ['Owner', owner],
    ['Risk', `${Math.round(lapseRisk * 100)} %`],
    ['At stake', about === undefined || about.valueAtRisk < 1 ? undefined : String(Math.round(about.valueAtRisk))],
    ['Tier', about?.tier],
    ['Chapter', about?.chapter],
    ['Term ends', about?.termEnd === undefined ? undefined : dayOf(about.termEnd)],
    ['Act before', dayOf(dueAt)],
  ]
  return {
    title: `Member ${memberId} is in the ${band} band`,
    facts: optional.flatMap(([label, value]) => (value === undefined ? [] : [[label, value] as const])),
    reasons: about?.reasons ?? [],
    link: memberUrl?.replaceAll('{memberId}', encodeURIComponent(memberId)),
    id,
  }
}

/** 2027-01-22, in UTC: the same for every reader. */
function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10)
}
