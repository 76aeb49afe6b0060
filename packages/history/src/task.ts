import type { EpochMs } from '@perennial/member'
import { Fault } from '@perennial/runtime'
import { type Action } from './facts.ts'
import { type History, streamsOf } from './history.ts'
import { isDuration, parseDuration } from './duration.ts'

/** What is to be predicted of whom. */
export type Task = Readonly<{
  lapse: Lapse
  memberIf: MemberIf
  /** How far ahead a lapse counts, in milliseconds; above 0. */
  horizonMs: number
  /** How long somebody must have been a member, in milliseconds; at least 0. */
  minTenureMs: number
  /** Actions that are as if they had never happened: `NAME`, or `STREAM.NAME` where two streams have it. */
  ignored: readonly string[]
  /** Up to when it is known what became of members; without it, the latest instant the history tells of, and a while. */
  knownUntil?: EpochMs
}>

/** `left`: the member's time ends. `inactive`: nothing more is seen of the member, or nothing of one stream. */
export type Lapse = Readonly<{ kind: 'left' }> | Readonly<{ kind: 'inactive'; stream?: string }>

/** `joined`: by `members.csv`. `active`: something was seen before; of one stream, or not long before, if so said. */
export type MemberIf = Readonly<{ kind: 'joined' }> | Readonly<{ kind: 'active'; stream?: string; withinMs?: number }>

/** Reads `joined`, `active`, `active:365d` or `active:STREAM`. Throws a Fault `history/option`. */
export function parseMemberIf(text: string): MemberIf {
  if (text === 'joined') return { kind: 'joined' }
  if (text === 'active') return { kind: 'active' }
  const [, rest = ''] = /^active:(.+)$/.exec(text) ?? []
  if (rest === '')
    throw new Fault('history/option', `--member-if is '${text}': give joined, active, active:365d or active:STREAM.`)
  return isDuration(rest)
    ? { kind: 'active', withinMs: parseDuration(rest, '--member-if') }
    : { kind: 'active', stream: rest }
}

/** By action: 1 where it is ignored. */
export function ignoredActions(actions: readonly Action[], ignored: readonly string[]): Uint8Array {
  return Uint8Array.from(actions, ({ stream, action }) =>
    ignored.includes(action) || ignored.includes(`${stream}.${action}`) ? 1 : 0,
  )
}

/** Ignored names that no action of the history has: a slip of the pen, perhaps. */
export function unknownIgnored({ actions }: History, ignored: readonly string[]): string[] {
  return ignored.filter((name) => !ignoredActions(actions, [name]).includes(1))
}

/** Throws a Fault where the history lacks what the task is about: `history/no-members`, `history/unknown-stream`. */
export function checkTask(history: History, { lapse, memberIf }: Task): void {
  if (history.spells === undefined && (lapse.kind === 'left' || memberIf.kind === 'joined')) {
    const option = lapse.kind === 'left' ? '--lapse left' : '--member-if joined'
    throw new Fault(
      'history/no-members',
      `${option} needs members.csv, which the history does not have: add it, or use --lapse inactive --member-if active.`,
    )
  }
  const streams = streamsOf(history)
  const named = [
    ['--lapse-stream', lapse.kind === 'inactive' ? lapse.stream : undefined],
    ['--member-if', memberIf.kind === 'active' ? memberIf.stream : undefined],
  ] as const
  for (const [option, stream] of named) {
    if (stream === undefined || streams.includes(stream)) continue
    const some = streams.length === 0 ? 'it has no activity' : `it has ${streams.slice(0, 20).join(', ')}`
    throw new Fault(
      'history/unknown-stream',
      `${option} names the stream '${stream}', of which the history has nothing: ${some}.`,
    )
  }
}
