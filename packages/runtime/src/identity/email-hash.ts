import { createHmac } from 'node:crypto'

/** 128 bits: enough that no two addresses meet, and a short key. */
const HASH_BYTES = 16
const REMEMBERED = 20_000

/**
 * The deployment's keyed hash of email addresses (HMAC-SHA-256, first 128 bits, base64url). Without the key
 * nobody can find out whose address a hash is by trying addresses. The latest answers are remembered,
 * as one hash costs more than the rest of a record.
 */
export function createEmailHash(key: string): (address: string) => string {
  const known = new Map<string, string>()
  return (address) => {
    let hash = known.get(address)
    if (hash === undefined) {
      hash = createHmac('sha256', key).update(address).digest().subarray(0, HASH_BYTES).toString('base64url')
      if (known.size >= REMEMBERED) known.clear()
      known.set(address, hash)
    }
    return hash
  }
}
