import type { SubjectKey } from '@perennial/member'

/** What is looked for in bytes of which it is not known what they mean. */
export type Needles = Readonly<{
  inBytes(bytes: Buffer): boolean
  /** In a key of Redis, where the namespace may look like an id. */
  inKey(key: string, namespace: string): boolean
}>

/**
 * Ids are short: `M-1` is in `M-10`. An id counts where nothing of a name stands before and behind it, or where its length stands
 * before it, as in Avro (twice the length) and in our own layouts (the length).
 */
export function createNeedles({
  memberId,
  subjects,
  emails,
}: Readonly<{ memberId: string; subjects: readonly SubjectKey[]; emails: readonly string[] }>): Needles {
  const needles = [memberId, ...subjects].map((text) => Buffer.from(text))
  const lower = emails.map((email) => Buffer.from(email.toLowerCase()))
  const inBytes = (bytes: Buffer) =>
    needles.some((needle) => contains(bytes, needle)) ||
    (lower.length > 0 && includesAny(Buffer.from(bytes.toString('latin1').toLowerCase(), 'latin1'), lower))
  return {
    inBytes,
    inKey: (key, namespace) => inBytes(Buffer.from(key.replace(namespace, ''))),
  }
}

function includesAny(bytes: Buffer, needles: readonly Buffer[]): boolean {
  return needles.some((needle) => bytes.includes(needle))
}

function contains(bytes: Buffer, needle: Buffer): boolean {
  for (let at = bytes.indexOf(needle); at !== -1; at = bytes.indexOf(needle, at + 1)) {
    const before = bytes[at - 1]
    const behind = bytes[at + needle.length]
    if (before === needle.length || before === needle.length * 2) return true
    if (!isOfName(before) && !isOfName(behind)) return true
  }
  return false
}

/** Letters, digits, and what joins them in ids. */
function isOfName(byte: number | undefined): boolean {
  if (byte === undefined) return false
  const isDigit = byte >= 48 && byte <= 57
  const isLetter = (byte >= 65 && byte <= 90) || (byte >= 97 && byte <= 122) || byte > 127
  return isDigit || isLetter || byte === 45 || byte === 95
}
