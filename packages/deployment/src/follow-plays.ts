import { setTimeout } from 'node:timers/promises'
import type { Vocabulary } from '@perennial/member'
import { type Plays, type SourceFile } from '@perennial/playbooks'
import {
  fingerprint,
  gauge,
  isFault,
  type Logger,
  messageOf,
  pause,
  type Platform,
  type Scope,
} from '@perennial/runtime'
import { playFiles, playsInForce } from './plays.ts'

/** How often the folder is looked at. */
const LOOK_EVERY_MS = 1_000

export type FollowSettings = Readonly<{
  folder: string
  vocabulary: Vocabulary
  killSwitch: readonly string[]
  /** In the name of the metric: `dispatcher`, `outreach`. */
  service: string
  /** Called with every set before it is in force, the first one too; where it throws, that set is refused. */
  accept?: (plays: Plays, files: readonly SourceFile[]) => Promise<void>
}>

/**
 * The plays of a folder, as of the last look, followed until the scope ends: a change is in force within a few seconds, as a whole
 * or not at all. What is not in order leaves the plays before it in force, and is said once with file, line, column and
 * reason, and by a metric for as long as it is so. At the start it is a Fault (`config`), while `accept` that fails for another
 * reason, such as a Redis that is full and takes nothing in, is tried again until it succeeds.
 */
export async function followPlays(
  { logger, metrics }: Pick<Platform, 'logger' | 'metrics'>,
  scope: Scope,
  settings: FollowSettings,
): Promise<() => Plays> {
  const follower = await firstPlays(logger, scope, settings)
  gauge(metrics, {
    name: `perennial_${settings.service}_playbooks_refused`,
    help: '1 while the folder of plays is not in order, and those before stay in force; else 0.',
    collect: (metric) => metric.set(follower.refused() ? 1 : 0),
  })

  async function look(): Promise<void> {
    const found = await follower.look()
    if (found.kind === 'changed')
      logger.info(
        { playbooks: found.plays.playbooks.length, version: found.plays.version },
        'Other plays are in force now',
      )
    if (found.kind === 'refused')
      logger.error(
        { problems: found.problems },
        `The changed plays are not in order, those before stay in force:\n${found.problems.join('\n')}`,
      )
  }

  lookAgainAndAgain(scope, () =>
    look().catch((error: unknown) =>
      logger.warn(`Whether the plays have changed could not be seen, trying again: ${messageOf(error)}`),
    ),
  )
  return follower.plays
}

async function firstPlays(logger: Logger, { signal }: Scope, settings: FollowSettings): Promise<PlaysFollower> {
  for (;;) {
    try {
      return await createPlaysFollower(() => playFiles(settings.folder), settings)
    } catch (error) {
      if (isFault(error, 'config') || signal.aborted) throw error
      logger.warn(`The plays could not be put in force, trying again: ${messageOf(error)}`)
      await pause(LOOK_EVERY_MS, signal)
    }
  }
}

/** Until the scope ends. */
function lookAgainAndAgain(scope: Scope, look: () => Promise<void>): void {
  const stopping = new AbortController()
  const { signal } = stopping
  const done = (async () => {
    while (!signal.aborted) {
      await setTimeout(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined)
      if (!signal.aborted) await look()
    }
  })()
  scope.adopt(stopping, async (held) => {
    held.abort()
    await done
  })
}

export type Look =
  | Readonly<{ kind: 'same' }>
  | Readonly<{ kind: 'changed'; plays: Plays }>
  | Readonly<{ kind: 'refused'; problems: readonly string[] }>

const SAME: Look = { kind: 'same' }

type PlaysFollower = Awaited<ReturnType<typeof createPlaysFollower>>

/** Tells what becomes of the plays with each look at their texts. Throws at the start where they are not in order. */
export async function createPlaysFollower(
  read: () => readonly SourceFile[],
  { vocabulary, killSwitch, accept = async () => undefined }: Omit<FollowSettings, 'folder' | 'service'>,
) {
  const first = read()
  let plays = playsInForce(first, vocabulary, killSwitch)
  await accept(plays, first)
  // What was judged last, and what was seen last and may still be being written.
  let [judged, seen] = [nameOf(first), nameOf(first)]
  let refused = false

  async function judge(files: readonly SourceFile[], name: string): Promise<Look> {
    try {
      const next = playsInForce(files, vocabulary, killSwitch)
      await accept(next, files)
      const isOther = next.version !== plays.version
      plays = next
      refused = false
      judged = name
      return isOther ? { kind: 'changed', plays } : SAME
    } catch (error) {
      if (!isFault(error, 'config')) throw error
      return refuse(error.details.length > 0 ? error.details : [error.message], name)
    }
  }

  function refuse(problems: readonly string[], name: string): Look {
    judged = name
    refused = true
    return { kind: 'refused', problems }
  }

  return {
    plays: (): Plays => plays,
    refused: (): boolean => refused,
    async look(): Promise<Look> {
      const found = attempt(read)
      // Files are written one after another: only a folder that two looks have found alike is a set.
      const isStill = found.name === seen
      seen = found.name
      if (!isStill || found.name === judged) return SAME
      return found.files === undefined ? refuse([found.problem], found.name) : judge(found.files, found.name)
    },
  }
}

type Attempt =
  | Readonly<{ name: string; files: readonly SourceFile[] }>
  | Readonly<{ name: string; files: undefined; problem: string }>

/** A folder that has gone, or is empty, is no set of plays either. */
function attempt(read: () => readonly SourceFile[]): Attempt {
  try {
    const files = read()
    return { files, name: nameOf(files) }
  } catch (error) {
    if (!isFault(error, 'config')) throw error
    return { files: undefined, name: error.message, problem: error.message }
  }
}

function nameOf(files: readonly SourceFile[]): string {
  return fingerprint(JSON.stringify(files))
}
