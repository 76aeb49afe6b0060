import { zoneOr } from '@perennial/playbooks'
import type { TemplateValues } from '@perennial/templates'
import type { Outreach } from '../channel.ts'
import type { MemberDescription } from '../member-description.ts'

const DAY_MS = 86_400_000

type Surroundings = Readonly<{ association: string; links: Readonly<Record<string, string>>; now: number }>

/** What a template may say of this member at this moment. */
export function valuesOf(
  { memberId, owner, playbook }: Pick<Outreach, 'memberId' | 'owner' | 'playbook'>,
  about: MemberDescription | undefined,
  { association, links, now }: Surroundings,
): TemplateValues {
  const zone = zoneOr(about?.timeZone, 'UTC')
  // The term ends at an instant, often midnight: the day before it is the last one.
  const last = about?.termEnd === undefined ? undefined : about.termEnd - 1
  return {
    memberId,
    tier: about?.tier,
    chapter: about?.chapter,
    termEnd: last === undefined ? undefined : dayInWords(last, zone),
    daysLeft: last === undefined || last < now ? undefined : dayNumber(last, zone) - dayNumber(now, zone),
    reasons: about?.reasons ?? [],
    owner,
    playbook,
    association,
    links,
  }
}

/** 22 January 2027 */
function dayInWords(at: number, timeZone: string): string {
  return new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone }).format(at)
}

/** Days since 1970 on the calendar of the zone. */
function dayNumber(at: number, timeZone: string): number {
  // Sweden writes dates as ISO 8601 does.
  return Date.parse(new Intl.DateTimeFormat('sv-SE', { timeZone }).format(at)) / DAY_MS
}
