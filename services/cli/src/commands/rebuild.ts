import { createInterface } from 'node:readline/promises'
import { createGenerations, Fault, type Generations, type Platform, TAKEN_BACK } from '@perennial/runtime'
import {
  connectRebuild,
  type Origin,
  type Rebuild,
  type Replayed,
  readScoringConfig,
  type Tally,
} from '@perennial/scoring'
import { connect } from '../connect.ts'
import type { Context } from '../context.ts'
import { found, foundInAnswer } from '../exit.ts'
import type { Life } from '../lifecycle.ts'
import { contactsAfter } from '../rebuild/contacts.ts'
import { type Report, reportOf, reportText } from '../rebuild/report.ts'
import { count } from '../terminal/words.ts'
import { vocabularyOf } from '../views.ts'

export type RebuildOptions = Readonly<{
  compareOnly: boolean
  yes: boolean
  rollback: boolean
  discard: boolean
  /** Undefined: all of them. */
  partition: number | undefined
}>

/** So many members are named of those concerned; the rest is counted. */
const NAMED = 1_000

/**
 * Makes the state anew from the log beside the one that serves, lays both beside each other and, if told to, puts the new
 * one in its place. Broken off anywhere it goes on where it was, or begins again; what serves is touched by the switch alone.
 */
export async function rebuild(context: Context, life: Life, options: RebuildOptions): Promise<void> {
  if (Number(options.compareOnly) + Number(options.rollback) + Number(options.discard) > 1)
    throw new Fault('usage', 'Say one of --compare-only, --rollback and --discard.')
  const platform = await connect(context, life, { log: true })
  const chosen = partitionsOf(platform, options.partition)
  const generations = createGenerations(platform.redis('command'), platform.namespace)
  if (options.discard) return discard(context, generations, chosen)
  const { env } = context
  const made = await connectRebuild(platform, readScoringConfig(env), vocabularyOf(env), life.scope.signal)
  const partitions = options.rollback ? await takenBack(generations, chosen) : chosen
  const origin = options.rollback ? 'previous' : 'log'

  const replayed = await replay(context, made, partitions, origin)
  if (!options.yes) {
    const compared = await each(context, 'Compare', partitions, (partition) => made.compare(partition, NAMED))
    const report = reportOf(compared, await contactsAfter(context, platform, compared), replayed)
    answer(context, report)
    if (options.compareOnly || !(await confirmed(context))) return end(report)
  }
  const switched = await each(context, 'Switch', partitions, (partition) => made.switchOver(partition, NAMED))
  const contacts = await contactsAfter(context, platform, switched)
  answer(context, { ...reportOf(switched, contacts, replayed), switched: partitions.length })
}

function partitionsOf({ partitions }: Platform, only: number | undefined): number[] {
  if (only === undefined) return Array.from({ length: partitions.activity }, (_, partition) => partition)
  if (only < partitions.activity) return [only]
  throw new Fault('usage', `There are the partitions 0 to ${partitions.activity - 1}.`)
}

async function discard(context: Context, generations: Generations, partitions: readonly number[]): Promise<void> {
  let gone = 0
  for (const partition of partitions) {
    const kept = await generations.kept(partition)
    gone += Number(kept.next) + Number(kept.previous)
    for (const generation of ['next', 'previous'] as const) await generations.discard(partition, generation)
  }
  if (context.json) return context.out(JSON.stringify({ discarded: gone }))
  context.out(
    gone === 0
      ? 'Nothing is kept beside what serves.'
      : `${count(gone, 'kept state')} forgotten. There is no way back to them.`,
  )
}

/** The partitions of which there is a state to go back to, which becomes the one to be brought up to date. */
async function takenBack(generations: Generations, partitions: readonly number[]): Promise<readonly number[]> {
  const taken: number[] = []
  for (const partition of partitions) {
    const { next, previous } = await generations.kept(partition)
    // A roll-back that was broken off has taken it back already.
    if (next && (await generations.noteOf(partition)) === TAKEN_BACK) taken.push(partition)
    else if (next && previous) throw underWay()
    else if (await generations.takeBack(partition)) taken.push(partition)
  }
  if (taken.length === 0) throw found('There is no state to go back to: nothing was switched, or it was discarded.')
  return taken
}

function underWay(): Fault {
  return new Fault(
    'usage',
    'A rebuild was begun and not finished: finish it (perennial rebuild), or forget it, and the way back with it (--discard).',
  )
}

async function replay(
  context: Context,
  made: Rebuild,
  partitions: readonly number[],
  origin: Origin,
): Promise<Replayed> {
  const extents = []
  for (const partition of partitions) {
    await made.begin(partition, origin)
    extents.push(await made.extent(partition))
  }
  const total = extents.reduce((sum, extent) => sum + (extent?.to ?? 0), 0)
  const from = extents.reduce((sum, extent) => sum + (extent?.from ?? 0), 0)
  const bar = context.progress('Replay, in blocks', total, from)
  const done = { blocks: 0, facts: 0 }
  for (const partition of partitions)
    await made.replay(partition, ({ blocks, facts }) => {
      done.blocks += blocks
      done.facts += facts
      bar.update(from + done.blocks, Math.max(total, from + done.blocks))
    })
  bar.finish()
  return done
}

async function each(
  context: Context,
  label: string,
  partitions: readonly number[],
  work: (partition: number) => Promise<Tally>,
): Promise<Tally[]> {
  const bar = context.progress(`${label}, in partitions`, partitions.length)
  const tallies: Tally[] = []
  for (const partition of partitions) {
    tallies.push(await work(partition))
    bar.update(tallies.length)
  }
  bar.finish()
  return tallies
}

/** Whether to switch, now that the comparison has been read. */
async function confirmed({ json, note }: Context): Promise<boolean> {
  if (json || !process.stdin.isTTY) {
    note('Nothing was switched. To let the rebuilt state serve: perennial rebuild --yes')
    return false
  }
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return /^y(es)?$/i.test((await lines.question('Let the rebuilt state serve? [y/N] ')).trim())
  } finally {
    lines.close()
  }
}

/** The new state is kept: the next time there is only the rest to replay. */
function end(report: Report): void {
  if (!report.same) throw foundInAnswer('The log leads to another state than the one that serves.')
}

function answer(context: Context, report: Report): void {
  if (context.json) context.out(JSON.stringify(report))
  else context.out(reportText(report, context))
}
