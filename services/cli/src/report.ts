import { readGoals, readPlays } from '@perennial/deployment'
import { readDispatcherConfig } from '@perennial/dispatcher'
import { readReport } from '@perennial/reporting'
import { createLedger, createPartitionStore, type Platform } from '@perennial/runtime'
import type { Context } from './context.ts'
import { vocabularyOf } from './views.ts'

/** The plays and goals that the settings name; a Fault (`config`) tells everything that is wrong with them. */
export function aimsOf({ env }: Pick<Context, 'env'>) {
  const vocabulary = vocabularyOf(env)
  const { playbooks: folder } = readDispatcherConfig(env)
  const plays = readPlays(folder, vocabulary)
  return { vocabulary, plays, goals: readGoals(folder, plays, vocabulary) }
}

/** Goes through all members once, with a bar. */
export async function reportOn(platform: Platform, context: Context, aims: ReturnType<typeof aimsOf>) {
  const { namespace, partitions, redis, clock } = platform
  const connection = redis('command')
  const bar = context.progress('Members')
  const deps = {
    ...aims,
    ledger: createLedger(connection, platform),
    store: createPartitionStore(connection, namespace),
    partitions: partitions.activity,
    progress: (members: number) => bar.update(members),
  }
  const report = await readReport(deps, clock.now())
  bar.finish()
  return report
}
