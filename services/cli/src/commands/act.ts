import { type Command, InvalidArgumentError, Option } from 'commander'
import { Fault } from '@perennial/runtime'
import type { Context } from '../context.ts'
import type { Life } from '../lifecycle.ts'

/** What stood on the command line: the arguments in order, and the options by name. */
export type Call = Readonly<{ args: readonly string[]; options: Readonly<Record<string, unknown>> }>

export type Body = (context: Context, life: Life, call: Call) => Promise<void>

/** Makes a body the action of a command: with a context, a life, and an exit code in the end. */
export type Act = (
  body: Body,
  options?: Readonly<{ runsUntilStopped?: boolean }>,
) => (...given: unknown[]) => Promise<void>

/** A command with what they all have. Its own help says the summary as a sentence, unless it is given a description. */
export function commandOf(parent: Command, usage: string, summary: string): Command {
  return parent
    .command(usage)
    .summary(summary)
    .description(`${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`)
    .option('--json', 'print JSON, for programs')
    .exitOverride()
    .showHelpAfterError('(--help says more)')
    .allowExcessArguments(false)
}

/** The end of a command's help. */
export function examples(...lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  ${line}`).join('\n')}`
}

/** An option, or argument, that is a whole number within limits. */
export function whole(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (text.trim() !== '' && Number.isInteger(value) && value >= least && value <= most) return value
    throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`)
  }
}

/** An argument that is a whole number, from 0 on. */
export function wholeArgument(name: string, text: string): number {
  const value = Number(text)
  if (text.trim() !== '' && Number.isSafeInteger(value) && value >= 0) return value
  throw new Fault('usage', `${name} is '${text}': it must be a whole number, 0 or more.`)
}

/** An option that is an instant, as ISO 8601. */
export function instantOption(text: string): number {
  const at = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(at)) throw new InvalidArgumentError('It must be a date such as 2026-11-01 or 2026-11-01T00:00:00Z.')
  return at
}

export function limitOption(fallback: number, most: number): Option {
  return new Option('--limit <number>', 'how many to show').argParser(whole(1, most)).default(fallback)
}

/** The value of an option that a parser or a default has made a number. */
export function numberOf({ options }: Call, name: string): number {
  return Number(options[name])
}
