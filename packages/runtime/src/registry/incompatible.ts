import { Fault } from '../fault.ts'

/** The schema breaks the subject's rule: readers of the older versions' data would fail. Never retriable. */
export function incompatible(subject: string, reason: string, cause?: unknown): Fault {
  return new Fault(
    'schema/incompatible',
    `The schema of ${subject} breaks BACKWARD_TRANSITIVE: ${reason}. Add fields with a default, never remove or retype; or begin a new version file.`,
    { cause },
  )
}
