import { anonymousKey, emailKey, externalKey, MAX_SUBJECT_BYTES, memberKey, type SubjectKey } from '@perennial/member'
import { isLonger } from './text-length.ts'

export type References = Readonly<{
  memberId: string | null
  email: string | null
  anonymousId: string | null
  externalIds: readonly Readonly<{ system: string; id: string }>[]
}>

/** What programs write where they have nothing: never an identity. Lower case, without spaces around. */
const JUNK = new Set([
  '',
  'undefined',
  'null',
  'none',
  'nil',
  'n/a',
  'na',
  'nan',
  'unknown',
  'anonymous',
  'guest',
  'test',
  'true',
  'false',
  '0',
  '-1',
  '-',
  '[object object]',
])
const LONGEST_JUNK = 15

/** Mailboxes that several people read, so that none of them is the member. */
const ROLES = new Set([
  'info',
  'admin',
  'administrator',
  'office',
  'contact',
  'hello',
  'mail',
  'noreply',
  'no-reply',
  'donotreply',
  'do-not-reply',
  'support',
  'help',
  'sales',
  'billing',
  'accounts',
  'marketing',
  'membership',
  'members',
  'newsletter',
  'webmaster',
  'postmaster',
  'hostmaster',
  'abuse',
  'root',
  'team',
  'staff',
  'reception',
  'secretary',
  'secretariat',
])

/** In UTF-8 bytes; leaves room for what stands in front of it in a key. */
const LONGEST_REFERENCE = MAX_SUBJECT_BYTES - 8
/** RFC 5321 allows 254. Only its hash is kept. */
const LONGEST_EMAIL = 254

/** The value of a reference without spaces around it, or undefined where it says nothing. */
export function usable(value: string | null): string | undefined {
  if (value === null) return undefined
  const text = value.trim()
  if (text.length <= LONGEST_JUNK && JUNK.has(text.toLowerCase())) return undefined
  return text
}

/** The address in the form it is hashed in, or undefined: not an address, junk, or a mailbox of several people. */
export function usableEmail(value: string | null): string | undefined {
  if (value === null || value.length > LONGEST_EMAIL) return undefined
  const address = value.trim().toLowerCase()
  const at = address.lastIndexOf('@')
  if (at < 1 || address.indexOf('.', at) < at + 2 || address.endsWith('.') || address.includes(' ')) return undefined
  const plus = address.indexOf('+')
  const name = address.slice(0, plus > 0 && plus < at ? plus : at)
  return ROLES.has(name) || JUNK.has(name) ? undefined : address
}

/** One recipient, and nothing that could end a header or begin another: no spaces, quotes, brackets or commas. */
const MAIL_ADDRESS = /^[^\s"(),:;<>@[\]\\]+@[^\s"(),:;<>@[\]\\.]+(?:\.[^\s"(),:;<>@[\]\\.]+)+$/

/** The address as mail is sent to it. A mailbox of several people is fine here: the member database says it is theirs. */
export function mailAddress(value: string | null): string | undefined {
  const address = value?.trim()
  return address !== undefined && address.length <= LONGEST_EMAIL && MAIL_ADDRESS.test(address) ? address : undefined
}

/** Path of the first reference that is longer than any identifier is, or undefined. */
export function overlongReference({ memberId, email, anonymousId, externalIds }: References): string | undefined {
  if (memberId !== null && isLonger(memberId, LONGEST_REFERENCE)) return 'member.memberId'
  if (email !== null && email.length > LONGEST_EMAIL) return 'member.email'
  if (anonymousId !== null && isLonger(anonymousId, LONGEST_REFERENCE)) return 'member.anonymousId'
  const index = externalIds.findIndex(({ system, id }) => isLonger(`${escaped(system)}${id}`, LONGEST_REFERENCE))
  return index < 0 ? undefined : `member.externalIds.${index}`
}

type HashEmail = (address: string) => string

/** Whom the record is about: its strongest usable reference. */
export function subjectOf(member: References, hashEmail: HashEmail): SubjectKey | undefined {
  const id = usable(member.memberId)
  if (id !== undefined) return memberKey(id)
  const address = usableEmail(member.email)
  if (address !== undefined) return emailKey(hashEmail(address))
  const anonymous = usable(member.anonymousId)
  if (anonymous !== undefined) return anonymousKey(anonymous)
  return externalKeys(member)[0]
}

/** Every weaker reference of the record as a key, without those that several people share. */
export function aliasesOf(member: References, hashEmail: HashEmail, emails: readonly string[] = []): SubjectKey[] {
  const keys = new Set<SubjectKey>()
  for (const email of [member.email, ...emails]) {
    const address = usableEmail(email)
    if (address !== undefined) keys.add(emailKey(hashEmail(address)))
  }
  const anonymous = usable(member.anonymousId)
  if (anonymous !== undefined) keys.add(anonymousKey(anonymous))
  for (const key of externalKeys(member)) keys.add(key)
  return [...keys]
}

/** In the order of the systems' names, so that the order in which a producer lists them does not route. */
function externalKeys(member: References): SubjectKey[] {
  if (member.externalIds.length === 0) return []
  return member.externalIds
    .flatMap(({ system, id }) => {
      const name = usable(system)?.toLowerCase()
      const value = usable(id)
      return name === undefined || value === undefined ? [] : [externalKey(escaped(name), value)]
    })
    .sort()
}

/** A colon inside the system's name would make two different pairs one key. */
function escaped(system: string): string {
  return system.replaceAll('%', '%25').replaceAll(':', '%3a')
}
