import { createHash } from 'node:crypto'
import type { EnvReader } from '../env.ts'

/** AES-256. */
const KEY_BYTES = 32
export const KEY_ID_BYTES = 4
const EXAMPLE = 'CONTACT_KEY=$(openssl rand -hex 32)'

export type ContactKey = Readonly<{ id: Buffer; key: Buffer }>

/** The first seals; all of them open. Never empty. */
export type ContactKeys = readonly [ContactKey, ...ContactKey[]]

/**
 * CONTACT_KEY or CONTACT_KEY_FILE: 32 random bytes in hex or base64. While keys are changed: several, separated by
 * commas or line breaks, the new one first. Undefined: no addresses are kept.
 */
export function readContactKeys(from: EnvReader): ContactKeys | undefined {
  const given = from.secret('CONTACT_KEY')?.split(/[\s,]+/) ?? []
  const keys = given.filter((text) => text !== '').map(keyOf)
  // The value is never quoted: it may be nearly right.
  if (keys.includes(undefined)) from.problems.push(`CONTACT_KEY is not 32 bytes in hex or base64. Example: ${EXAMPLE}`)
  const [first, ...rest] = keys.filter((key) => key !== undefined)
  return first === undefined ? undefined : [contactKey(first), ...rest.map(contactKey)]
}

/** With an id by which what it has sealed names it. The id says nothing about the key. */
export function contactKey(key: Buffer): ContactKey {
  const id = createHash('sha256').update('perennial contact key').update(key).digest().subarray(0, KEY_ID_BYTES)
  return { id, key }
}

function keyOf(text: string): Buffer | undefined {
  const key = /^[0-9a-f]{64}$/i.test(text) ? Buffer.from(text, 'hex') : base64Of(text)
  return key?.length === KEY_BYTES ? key : undefined
}

function base64Of(text: string): Buffer | undefined {
  return /^[A-Za-z0-9+/_-]+={0,2}$/.test(text) ? Buffer.from(text, 'base64') : undefined
}
