import { createHash } from 'node:crypto'

/** Names one decision: the same whenever the same record is looked at again. */
export function interventionId(memberId: string, riskVersion: number, playbook: string, step: string): string {
  return `i-${fingerprint(`${memberId}|${riskVersion}|${playbook}|${step}`)}`
}

/** 24 hexadecimal digits of a SHA-256: 96 bits, enough for any number of names we will ever make. */
export function fingerprint(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 24)
}
