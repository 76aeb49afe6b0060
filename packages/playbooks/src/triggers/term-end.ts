import { mapped } from '../yaml/reader.ts'
import { signedDuration } from '../yaml/values.ts'
import { stateTrigger, type TriggerKind } from './trigger.ts'

/**
 * So long before (`-30d`) or after (`14d`) the end of the current term. A renewal moves the end, and with it the
 * instant: what was planned about the old term does not stand any more.
 */
export const TERM_END: TriggerKind = {
  name: 'termEnd',
  read: mapped(signedDuration, (offsetMs) =>
    stateTrigger('termEnd', ({ termEnd }) => (termEnd === 0 ? undefined : termEnd + offsetMs)),
  ),
}
