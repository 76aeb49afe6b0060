import { Command, CommanderError } from 'commander'
import manifest from '../package.json' with { type: 'json' }
import { addAlerts } from './commands/add-alerts.ts'
import { addInspecting } from './commands/add-inspecting.ts'
import { addLearning } from './commands/add-learning.ts'
import { addModel } from './commands/add-model.ts'
import { addPrivacy } from './commands/add-privacy.ts'
import { addPlays } from './commands/add-plays.ts'
import { addReading } from './commands/add-reading.ts'
import { addTokens } from './commands/add-tokens.ts'
import { addRunning } from './commands/add-running.ts'
import { processContext } from './context.ts'
import { EXIT } from './exit.ts'
import { errorJson, runCommand } from './lifecycle.ts'
import type { Act } from './commands/act.ts'

const EPILOGUE = `
Settings are environment variables; README.md has the table. Without KAFKA_BROKERS everything runs on Redis alone.

Exit codes:
  0  all is well
  1  something was found wrong: a failed check, broken rows, no such member
  2  the command line or a setting is wrong
  3  a server is out of reach, or refuses us
  4  a mistake of ours
  130, 143  interrupted by Ctrl-C or SIGTERM (but \`up\` ends with 0)`

/** The command line. What a command ended with is given to `exit`. */
export function createProgram(exit: (code: number) => void): Command {
  const program = new Command('perennial')
    .description('See which members are about to lapse, why, and what to do, early enough to act.')
    .version(manifest.version)
    .addHelpText('after', EPILOGUE)
    .showHelpAfterError('(--help says more)')
    .exitOverride()

  const act: Act =
    (body, { runsUntilStopped = false } = {}) =>
    async (...given) => {
      const command = given.at(-1) as Command
      // Of a command and of those it belongs to: `dead-letters show` has the options of `dead-letters`.
      const options = command.optsWithGlobals()
      const context = processContext(options['json'] === true)
      const call = { args: command.args, options }
      exit(await runCommand(context, { runsUntilStopped }, (life) => body(context, life, call)))
    }

  addRunning(program, act)
  addReading(program, act)
  addPlays(program, act)
  addAlerts(program, act)
  addLearning(program, act)
  addModel(program, act)
  addInspecting(program, act)
  addPrivacy(program, act)
  addTokens(program, act)
  return program
}

/** Runs the command line and answers the exit code. */
export async function runProgram(argv: readonly string[]): Promise<number> {
  let code: number = EXIT.ok
  try {
    await createProgram((result) => (code = result)).parseAsync(argv)
    return code
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    // It has said to people what is wrong, or printed its help.
    if (error.exitCode === 0) return EXIT.ok
    if (argv.includes('--json')) process.stdout.write(`${errorJson('usage', error.message.replace(/^error: /, ''))}\n`)
    return EXIT.usage
  }
}
