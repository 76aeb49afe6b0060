import { createHash } from 'node:crypto'

/**
 * Names one decision: the same whenever the same cause is looked at again. `occasion`: names the record of risk that is
 * the cause, or the instant at which a state of the member became one.
 */
export function interventionId(memberId: string, occasion: string, playbook: string, step: string): string {
  return `i-${fingerprint(`${memberId}|${occasion}|${playbook}|${step}`)}`
}

/** Names one message to colleagues: of a kind, about an alert or about a period of an owner or a role. */
export function noticeId(kind: string, ...about: readonly string[]): string {
  return `n-${fingerprint(JSON.stringify([kind, ...about]))}`
}

/** 24 hexadecimal digits of a SHA-256: 96 bits, enough for any number of names we will ever make. */
export function fingerprint(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 24)
}
