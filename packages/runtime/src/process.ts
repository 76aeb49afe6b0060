import type { Logger } from 'pino'
import { messageOf } from './fault.ts'
import type { Scope } from './ports.ts'
import { createScope } from './scope.ts'

export type Process = Readonly<{
  name: string
  logger: Logger
  /** How long an orderly end may take, in ms, before the process goes anyway. Keep it below the orchestrator's own. */
  shutdownDeadlineMs: number
}>

/** What `run` is given besides its scope: the way down. */
export type Lifeline = Readonly<{
  scope: Scope
  /** Logs the error and ends the process in order, with exit code 1. */
  fatal(error: unknown): void
}>

/**
 * Runs a process from start to end. Never returns control: it ends in `process.exit`.
 * - SIGTERM or SIGINT: `scope.signal` aborts, then everything adopted is released in reverse order; exit code 0.
 * - A second signal ends the process at once (128 + the signal's number), so does the deadline (1).
 * - A start that fails releases what it had acquired; exit code 1.
 */
export async function runProcess(options: Process, run: (lifeline: Lifeline) => Promise<void>): Promise<void> {
  const { logger } = options
  const { scope, stop, release } = createScope()
  let ending: Promise<void> | undefined

  async function end(code: number): Promise<void> {
    stop()
    const deadline = setTimeout(() => {
      logger.error({ deadlineMs: options.shutdownDeadlineMs }, 'The orderly end took too long; going anyway')
      process.exit(1)
    }, options.shutdownDeadlineMs)
    const failure = await release().catch((error: unknown) => error)
    clearTimeout(deadline)
    if (failure !== undefined) logger.error({ err: failure }, 'Something could not be released in order')
    logger.info('Stopped')
    process.exit(failure === undefined ? code : 1)
  }

  function fatal(error: unknown): void {
    if (ending !== undefined) return logger.debug({ err: error }, 'Failed while ending')
    logger.fatal({ err: error }, messageOf(error))
    ending = end(1)
  }

  function onSignal(signal: NodeJS.Signals): void {
    if (ending !== undefined) {
      logger.warn({ signal }, 'Second signal: going at once')
      process.exit(signal === 'SIGINT' ? 130 : 143)
    }
    logger.info({ signal }, 'Stopping')
    ending = end(0)
  }

  process.on('SIGTERM', onSignal)
  process.on('SIGINT', onSignal)
  process.on('uncaughtException', fatal)
  process.on('unhandledRejection', fatal)

  try {
    await run({ scope, fatal })
  } catch (error) {
    // A start cut short by a signal fails on what is being taken away from it: that is no failure.
    if (scope.signal.aborted) logger.debug({ err: error }, 'The start was cut short')
    else fatal(error)
  }
}
