import { createSourceWriter, type Platform } from '@perennial/runtime'
import { topicOf, SOURCE_NAMES } from '@perennial/streams'
import type { Context } from '../context.ts'
import { behind } from './backlog.ts'
import { EXAMPLE } from './example.ts'
import { type ExampleState, exampleStore } from './example-state.ts'
import { feed } from './feed.ts'

/** The feed stays at most so many records ahead of ingest, so that memory stays small and the bar tells the truth. */
const LEAD = 20_000
const LOOK_EVERY = 5_000

/** Feeds an example, from where an earlier start left off. */
export async function replayExample(
  platform: Platform,
  context: Context,
  state: ExampleState,
  signal: AbortSignal,
): Promise<void> {
  const store = exampleStore(platform)
  const progress = context.progress('Replay ', state.total, state.done)
  const writer = await createSourceWriter(platform)
  const stored = async (done: number) => {
    await store.write({ ...state, done })
    progress.update(done)
    if (done % LOOK_EVERY === 0) await untilTaken(platform, LEAD, signal)
  }
  await feed({ writer, stored, signal }, EXAMPLE[state.name].records(state.end), state.done)
  progress.finish()
}

async function untilTaken({ log, namespace }: Platform, most: number, signal: AbortSignal): Promise<void> {
  for (;;) {
    const waiting = await Promise.all(SOURCE_NAMES.map((name) => behind(log, `${namespace}-ingest`, topicOf(name))))
    if (signal.aborted || waiting.reduce((sum, count) => sum + count, 0) <= most) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
