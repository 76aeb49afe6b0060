import { createHmac, hkdfSync } from 'node:crypto'
import { BLOCK_VERSION } from '@perennial/member'
import { contactKey } from '../addresses/contact-keys.ts'
import { open, seal } from '../addresses/seal.ts'
import { Fault } from '../fault.ts'

/** 128 bits: enough that no two subjects meet, and a short key. */
const PSEUDONYM_BYTES = 16
const REMEMBERED = 100_000
/** The first byte of a sealed block: no version of a block. */
const SEALED = 255
const ABOUT = 'member-activity'

/** What erasures are made and recognised with; all of it follows from one secret of the deployment. */
export type ErasureKeys = Readonly<{
  /** Says which secret it was, and nothing about it. */
  id: string
  /** The keyed hash of a subject (`m:…`, `e:…`, `a:…`, `x:…`): 22 characters, safe in keys and addresses. */
  pseudonym(subject: string): string
  /** A block that nobody can read without the key. */
  sealBlock(block: Uint8Array): Buffer
  /** Undoes `sealBlock`; a block that is not sealed is answered as it is. Throws a Fault where it was sealed with another key. */
  openBlock(block: Buffer): Buffer
  sealText(text: string): string
  openText(sealed: string): string
}>

/** What stands in for IDENTITY_KEY where none is set: whoever knows the namespace knows it. */
export function guessableIdentityKey(namespace: string): string {
  return `perennial:${namespace}`
}

/** `identityKey`: the deployment's IDENTITY_KEY; where it has none, the hashes can be guessed. */
export function createErasureKeys(namespace: string, identityKey = guessableIdentityKey(namespace)): ErasureKeys {
  const derived = (use: string) => Buffer.from(hkdfSync('sha256', identityKey, '', `perennial ${use}`, 32))
  const hashKey = derived('pseudonyms of erased subjects')
  const sealing = contactKey(derived('sealed erasures'))
  const known = new Map<string, string>()

  function pseudonym(subject: string): string {
    let name = known.get(subject)
    if (name === undefined) {
      name = createHmac('sha256', hashKey).update(subject).digest().subarray(0, PSEUDONYM_BYTES).toString('base64url')
      if (known.size >= REMEMBERED) known.clear()
      known.set(subject, name)
    }
    return name
  }

  function openText(sealed: string): string {
    try {
      return open([sealing], sealed, ABOUT)
    } catch (error) {
      throw otherKey(error)
    }
  }
  const sealText = (text: string) => seal([sealing], text, ABOUT)

  return {
    id: sealing.id.toString('hex'),
    pseudonym,
    sealText,
    openText,
    sealBlock: (block) =>
      Buffer.concat([Buffer.of(SEALED), Buffer.from(sealText(Buffer.from(block).toString('base64')))]),
    openBlock(block) {
      if (block[0] === BLOCK_VERSION || !isSealedBlock(block)) return block
      return Buffer.from(openText(block.toString('latin1', 1)), 'base64')
    },
  }
}

/** What to do when an erasure was made with another key than ours. */
export function otherKey(cause?: unknown): Fault {
  return new Fault(
    'erasures/key',
    'Erasures were made with another IDENTITY_KEY, and without that one nobody can tell who must not come back. Set IDENTITY_KEY to what it was.',
    { cause },
  )
}

/** Whether only `openBlock` can read this. */
export function isSealedBlock(block: Uint8Array): boolean {
  return block[0] === SEALED
}
