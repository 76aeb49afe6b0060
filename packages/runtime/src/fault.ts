type FaultOptions = Readonly<{
  cause?: unknown
  /** True when the same call may well work a moment later. */
  retriable?: boolean
  /** One sentence each, where there are several things wrong. */
  details?: readonly string[]
}>

/**
 * The one error class of this project. `code` is stable (tests, metrics and callers may rely on it); the message
 * is one sentence that quotes the bad value and says what to do. Never put personal data into it: it is logged.
 */
export class Fault extends Error {
  readonly code: string
  readonly retriable: boolean
  readonly details: readonly string[]

  constructor(code: string, message: string, options: FaultOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'Fault'
    this.code = code
    this.retriable = options.retriable ?? false
    this.details = options.details ?? []
  }
}

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** True for a Fault with this code. */
export function isFault(error: unknown, code: string): error is Fault {
  return error instanceof Fault && error.code === code
}
