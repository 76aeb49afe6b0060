import { createScope, Fault, messageOf, type Scope } from '@perennial/runtime'
import type { Context } from './context.ts'
import { EXIT, exitCodeOf, isAnswered } from './exit.ts'

/** What a running command is given besides its context. */
export type Life = Readonly<{
  scope: Scope
  /** Something it rests on broke for good: the command ends with this error. */
  fatal: (error: unknown) => void
  /** Resolves when somebody asked it to stop. */
  stopped: Promise<void>
}>

type Options = Readonly<{
  /** Being stopped is how this command ends: exit code 0. Else 130 or 143, as shells do it. */
  runsUntilStopped: boolean
}>

/** An orderly end may take this long, then the process goes anyway. Whoever started us waits little longer. */
const DEADLINE_MS = 20_000
const SIGNAL_CODES = { SIGINT: 130, SIGTERM: 143 } as const

/**
 * Runs a command and answers its exit code. SIGINT and SIGTERM ask it to stop; whatever it acquired is released
 * in reverse order; a second signal ends the process at once. Errors are told in one sentence, bugs with their stack.
 */
export async function runCommand(
  context: Context,
  options: Options,
  run: (life: Life) => Promise<void>,
): Promise<number> {
  const owned = createScope()
  const stop = Promise.withResolvers<void>()
  const broken = Promise.withResolvers<never>()
  broken.promise.catch(() => undefined)
  let stoppedBy: keyof typeof SIGNAL_CODES | undefined

  function onSignal(signal: keyof typeof SIGNAL_CODES): void {
    if (stoppedBy !== undefined) process.exit(SIGNAL_CODES[signal])
    stoppedBy = signal
    if (options.runsUntilStopped) context.note('Stopping …')
    owned.stop()
    stop.resolve()
  }
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)

  let code = EXIT.ok as number
  try {
    const life = { scope: owned.scope, fatal: broken.reject, stopped: stop.promise }
    await Promise.race([run(life), broken.promise, stop.promise])
  } catch (error) {
    // What fails because it is being taken away has not failed.
    if (stoppedBy === undefined) code = report(context, error)
  }
  const released = await releaseInTime(owned.release)
  process.off('SIGINT', onSignal)
  process.off('SIGTERM', onSignal)
  if (stoppedBy !== undefined && !options.runsUntilStopped) return SIGNAL_CODES[stoppedBy]
  return released ? code : Math.max(code, EXIT.found)
}

/** Tells a person, or a machine, what went wrong; answers the exit code. */
function report(context: Context, error: unknown): number {
  const code = exitCodeOf(error)
  const message = messageOf(error)
  if (!context.json) process.stderr.write(`${context.style.red('✗')} ${message}\n`)
  else if (!isAnswered(error)) context.out(errorJson(error instanceof Fault ? error.code : 'internal', message))
  if (code === EXIT.internal && error instanceof Error) process.stderr.write(`${error.stack ?? ''}\n`)
  return code
}

/** How an error is told to a machine. */
export function errorJson(code: string, message: string): string {
  return JSON.stringify({ error: { code, message } })
}

async function releaseInTime(release: () => Promise<void>): Promise<boolean> {
  const late = Promise.withResolvers<boolean>()
  const timer = setTimeout(() => late.resolve(false), DEADLINE_MS)
  const done = release().then(
    () => true,
    (error: unknown) => {
      process.stderr.write(`Something could not be closed in order: ${messageOf(error)}\n`)
      return false
    },
  )
  const released = await Promise.race([done, late.promise])
  clearTimeout(timer)
  return released
}
