import { fingerprint } from '../ledger/ids.ts'

/**
 * The job of a contact key (member|term|playbook|step). A key that came free
 * without anybody having been contacted gets another job the next time, for the
 * queue remembers finished ids. BullMQ refuses ids with a ':' and such of digits alone.
 */
export function jobId(contactKey: string, attempt: number): string {
  return `o-${fingerprint(attempt === 0 ? contactKey : `${contactKey}|${attempt}`)}`
}
