import { brokenLaws } from './laws.ts'
import { run, scheduleOf, type Step } from './schedule.ts'
import type { Breakage } from './breakages.ts'
import { World } from './world.ts'

/** What one schedule came to. */
export type Verdict = Readonly<{ broken: readonly string[]; trace: readonly string[] }>

/** Lets a schedule happen in a world of its own, then everything settle, and holds what is left against the laws. */
export async function simulate(
  steps: readonly Step[],
  without: readonly Breakage[] = [],
  traced = false,
): Promise<Verdict> {
  const world = new World(without)
  const trace: string[] = []
  await world.open()
  await run(world, steps, traced ? (text) => void trace.push(text) : undefined)
  const settled = await world.settle()
  return { broken: settled ? brokenLaws(world) : ['it never came to rest', ...world.broken], trace }
}

export type Failure = Readonly<{
  seed: number
  broken: readonly string[]
  steps: readonly Step[]
  trace: readonly string[]
}>

/** Runs the schedules of so many seeds; answers the first that breaks a law, cut down to what it takes. */
export async function search(
  from: number,
  count: number,
  without: readonly Breakage[] = [],
): Promise<Failure | undefined> {
  const { stackTraceLimit } = Error
  // Thousands of connections are cut a second; where from, nobody asks.
  Error.stackTraceLimit = 0
  try {
    for (let seed = from; seed < from + count; seed++)
      if ((await simulate(scheduleOf(seed), without)).broken.length > 0) return await smallest(seed, without)
    return undefined
  } finally {
    Error.stackTraceLimit = stackTraceLimit
  }
}

/** Leaves out step after step, in ever smaller pieces, as long as a law is broken. */
async function smallest(seed: number, without: readonly Breakage[]): Promise<Failure> {
  let steps = scheduleOf(seed)
  for (let size = steps.length >> 1; size >= 1; size = size > 1 ? size >> 1 : 0)
    for (let at = 0; at < steps.length;) {
      const fewer = steps.toSpliced(at, size)
      if ((await simulate(fewer, without)).broken.length > 0) {
        steps = fewer
        at = size > 1 ? at : 0
      } else at += size
    }
  return { seed, steps, ...(await simulate(steps, without, true)) }
}
