import type { Command } from 'commander'
import { InvalidArgumentError, Option } from 'commander'
import { type Lapse, type MemberIf, parseDuration, parseInstant, parseMemberIf, type Task } from '@perennial/history'
import { DAY_MS, type EpochMs } from '@perennial/member'
import { Fault } from '@perennial/runtime'
import type { Call } from './act.ts'

/** What is to be foretold of whom, as it stood on the command line; undefined where it follows from the folder. */
export type TaskOptions = Readonly<{
  lapse: Lapse['kind'] | undefined
  lapseStream: string | undefined
  memberIf: MemberIf | undefined
  horizonMs: number
  minTenureMs: number | undefined
  ignored: readonly string[]
  /** Up to when the folder is complete; undefined where its latest date says it. */
  knownUntil: number | undefined
}>

const collect = (value: string, before: readonly string[] = []) => [...before, value]

/** The options that say what a lapse is, and who a member. */
export function addTaskOptions(command: Command): Command {
  return command
    .option('--horizon <time>', 'how far ahead a lapse counts, such as 365d or 12w', '365d')
    .addOption(
      new Option('--lapse <kind>', 'left: left_at falls within the horizon; inactive: no activity within it').choices([
        'left',
        'inactive',
      ]),
    )
    .option('--lapse-stream <name>', 'with inactive: no activity of this stream')
    .option('--member-if <rule>', 'who is a member: joined, active, active:365d or active:STREAM')
    .option('--min-tenure <time>', 'who has been a member for less is left out (default: 90d for joined, else 0d)')
    .option('--ignore-action <name>', 'as if it had never happened; NAME or STREAM.NAME, may be repeated', collect)
    .option('--known-until <date>', 'the folder is complete up to this day (default: its latest date tells)')
    .addOption(maxBadRows())
}

export function maxBadRows(): Option {
  return new Option('--max-bad-rows <percent>', 'put up with this share of rows that cannot be read')
    .argParser(percentage)
    .default(1)
}

function percentage(text: string): number {
  const value = Number(text.replace(/ ?%$/, ''))
  if (text.trim() !== '' && value >= 0 && value <= 100) return value
  throw new InvalidArgumentError('It must be a percentage from 0 to 100.')
}

/** Throws a Fault where an option cannot be read. */
export function taskOptionsOf({ options }: Call): TaskOptions {
  const text = (name: string): string | undefined => options[name] as string | undefined
  const lapse = text('lapse') as Lapse['kind'] | undefined
  const memberIf = text('memberIf')
  const minTenure = text('minTenure')
  const knownUntil = text('knownUntil')
  return {
    lapse: lapse ?? (text('lapseStream') === undefined ? undefined : 'inactive'),
    lapseStream: text('lapseStream'),
    memberIf: memberIf === undefined ? undefined : parseMemberIf(memberIf),
    horizonMs: horizonOf(text('horizon') ?? '365d'),
    minTenureMs: minTenure === undefined ? undefined : parseDuration(minTenure, '--min-tenure'),
    ignored: (options['ignoreAction'] as readonly string[] | undefined) ?? [],
    knownUntil: knownUntil === undefined ? undefined : parseInstant(knownUntil, '--known-until'),
  }
}

function horizonOf(text: string): number {
  const ms = parseDuration(text, '--horizon')
  if (ms > 0) return ms
  throw new Fault('history/option', `--horizon is '${text}': it must be longer than nothing.`)
}

/** New members have had no time to do anything, and few of them leave at once. */
const NEW_MEMBER_MS = 90 * DAY_MS

/** The task for a folder, at `now`: with memberships a lapse is leaving, and members are those who joined. */
export function taskFor(options: TaskOptions, hasMemberships: boolean, now: EpochMs): Task {
  const { horizonMs, ignored, lapseStream, knownUntil } = options
  if (knownUntil !== undefined && knownUntil > now)
    throw new Fault('history/option', '--known-until lies in the future: what has not happened yet is not known.')
  const kind = options.lapse ?? (hasMemberships ? 'left' : 'inactive')
  if (kind === 'left' && lapseStream !== undefined)
    throw new Fault('history/option', '--lapse-stream goes with --lapse inactive: leaving is of no stream.')
  const memberIf = options.memberIf ?? (hasMemberships ? { kind: 'joined' } : { kind: 'active' })
  return {
    lapse: kind === 'left' ? { kind } : { kind, ...(lapseStream === undefined ? {} : { stream: lapseStream }) },
    memberIf,
    horizonMs,
    minTenureMs: options.minTenureMs ?? (memberIf.kind === 'joined' ? NEW_MEMBER_MS : 0),
    ignored,
    ...(knownUntil !== undefined && { knownUntil }),
  }
}

/** The instants of an option that may be repeated. */
export function instantsOf(call: Call, name: string, option: string): readonly number[] {
  const texts = (call.options[name] as readonly string[] | undefined) ?? []
  return texts.map((text) => parseInstant(text, option))
}

export { collect }
