import { createHmac, timingSafeEqual } from 'node:crypto'
import type { UnsubscribeKeys } from './keys.ts'

/** What a link to unsubscribe is about. */
export type Unsubscription = Readonly<{
  memberId: string
  /** The consent that is withdrawn. */
  purpose: string
  /** The message it stood in. */
  interventionId: string
}>

/** 128 bits: nobody guesses one, and links stay short. */
const MAC_BYTES = 16
/** Signed along, so that no signature made for something else with the same key fits. */
const CONTEXT = 'perennial unsubscribe 1\n'
/** No part of the three holds one. */
const SEPARATOR = '\n'
/** The longest parts there are, with room. */
const LONGEST = 1_000

/** A part of an address that says who, what and why, and that only the key can make. It never expires. */
export function unsubscribeToken([key]: UnsubscribeKeys, about: Unsubscription): string {
  const { memberId, purpose, interventionId } = about
  const payload = [memberId, purpose, interventionId].join(SEPARATOR)
  return `${Buffer.from(payload).toString('base64url')}.${mac(key, payload).toString('base64url')}`
}

/** What the token says; undefined when none of the keys has signed it. */
export function readToken(keys: UnsubscribeKeys, token: string): Unsubscription | undefined {
  if (token.length > LONGEST) return undefined
  const [body = '', signature = '', more] = token.split('.')
  const payload = Buffer.from(body, 'base64url').toString('utf8')
  const given = Buffer.from(signature, 'base64url')
  const signed = given.length === MAC_BYTES && keys.some((key) => timingSafeEqual(mac(key, payload), given))
  if (!signed || more !== undefined) return undefined
  const [memberId, purpose, interventionId] = payload.split(SEPARATOR)
  if (memberId === undefined || purpose === undefined || interventionId === undefined) return undefined
  return { memberId, purpose, interventionId }
}

function mac(key: string, payload: string): Buffer {
  return createHmac('sha256', key).update(CONTEXT).update(payload).digest().subarray(0, MAC_BYTES)
}
