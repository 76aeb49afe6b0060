import type { EnvReader } from '@perennial/runtime'

/** The first signs; all of them are accepted. Never empty. */
export type UnsubscribeKeys = readonly [string, ...string[]]

const SHORTEST = 32
const EXAMPLE = 'UNSUBSCRIBE_KEY=$(openssl rand -hex 32)'

/**
 * UNSUBSCRIBE_KEY or UNSUBSCRIBE_KEY_FILE: signs the addresses by which members unsubscribe. Several, separated by
 * commas or line breaks, the new one first: links in old messages must go on working.
 */
export function readUnsubscribeKeys(from: EnvReader): UnsubscribeKeys | undefined {
  const given = from.secret('UNSUBSCRIBE_KEY')?.split(/[\s,]+/) ?? []
  const [first, ...rest] = given.filter((key) => key !== '')
  if (first === undefined) return undefined
  if ([first, ...rest].some((key) => key.length < SHORTEST))
    from.problems.push(`UNSUBSCRIBE_KEY is shorter than ${SHORTEST} characters. Example: ${EXAMPLE}`)
  return [first, ...rest]
}
