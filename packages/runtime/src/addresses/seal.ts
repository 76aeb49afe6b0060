import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { Fault } from '../fault.ts'
import { KEY_ID_BYTES, type ContactKey, type ContactKeys } from './contact-keys.ts'

const ALGORITHM = 'aes-256-gcm'
/** NIST SP 800-38D: 96 bits, random; far fewer than 2^32 are ever made with one key. */
const NONCE_BYTES = 12
const TAG_BYTES = 16

/** `about` is authenticated too: what was sealed for one member, or one time, does not open for another. */
export function seal(keys: ContactKeys, address: string, about: string): string {
  const [{ id, key }] = keys
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv(ALGORITHM, key, nonce).setAAD(Buffer.from(about))
  const body = Buffer.concat([cipher.update(address, 'utf8'), cipher.final()])
  return Buffer.concat([id, nonce, cipher.getAuthTag(), body]).toString('base64url')
}

/** Whether this key has sealed it. */
export function isSealedBy({ id }: ContactKey, sealed: string): boolean {
  return Buffer.from(sealed, 'base64url').subarray(0, KEY_ID_BYTES).equals(id)
}

/** Throws a Fault when none of the keys has sealed it, or it is not what was sealed. */
export function open(keys: ContactKeys, sealed: string, about: string): string {
  const bytes = Buffer.from(sealed, 'base64url')
  const id = bytes.subarray(0, KEY_ID_BYTES)
  const nonceEnd = KEY_ID_BYTES + NONCE_BYTES
  const found = keys.find((candidate) => candidate.id.equals(id))
  if (found === undefined) {
    throw new Fault(
      'addresses/key',
      'An address was sealed with another key: put the old key behind the new one in CONTACT_KEY.',
    )
  }
  try {
    const tag = bytes.subarray(nonceEnd, nonceEnd + TAG_BYTES)
    const decipher = createDecipheriv(ALGORITHM, found.key, bytes.subarray(KEY_ID_BYTES, nonceEnd))
    decipher.setAAD(Buffer.from(about)).setAuthTag(tag)
    return decipher.update(bytes.subarray(nonceEnd + TAG_BYTES), undefined, 'utf8') + decipher.final('utf8')
  } catch (error) {
    throw new Fault('addresses/damaged', 'An address is not what was sealed: it was changed in Redis.', {
      cause: error,
    })
  }
}
