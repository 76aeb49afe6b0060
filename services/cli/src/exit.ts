import { Fault } from '@perennial/runtime'

/** What the exit codes mean. Public: scripts rely on them, and `perennial --help` lists them. */
export const EXIT = {
  ok: 0,
  /** The command did its work and found something wrong: a failed check, broken rows, no such member. */
  found: 1,
  /** The command line or a setting is wrong. */
  usage: 2,
  /** A server is out of reach, or refuses us. */
  unreachable: 3,
  /** A mistake of ours. */
  internal: 4,
} as const

export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

const ANSWERED = 'found/answered'
const UNREACHABLE = /unreachable|silent|refused|not_found|not_started|unfit|locked|cluster/i
/** Nothing was ever started here, or not all of it. */
const FINDINGS = new Set(['found', ANSWERED, 'log/no-topic'])
const SETTINGS = new Set(['config', 'usage', 'api/listen', 'history/option', 'history/no-folder'])
/** What a history, what is to be learned from it, or a log that is to be rebuilt from is not fit for. */
const DATA = /^(history|training|rebuild)\//

/** Which of them an error means. */
export function exitCodeOf(error: unknown): ExitCode {
  if (!(error instanceof Fault)) return EXIT.internal
  if (FINDINGS.has(error.code)) return EXIT.found
  if (SETTINGS.has(error.code)) return EXIT.usage
  if (DATA.test(error.code)) return EXIT.found
  return error.retriable || UNREACHABLE.test(error.code) ? EXIT.unreachable : EXIT.internal
}

/** The command worked, and the answer is that something is not as it should be. */
export function found(message: string): Fault {
  return new Fault('found', message)
}

/** As `found`, where the answer that the command has printed says so already: with --json there is one document, not two. */
export function foundInAnswer(message: string): Fault {
  return new Fault(ANSWERED, message)
}

/** Whether a machine has been told already. */
export function isAnswered(error: unknown): boolean {
  return error instanceof Fault && error.code === ANSWERED
}
