import { type History } from '@perennial/history'
import { createSourceWriter, type Platform, topicSpecs } from '@perennial/runtime'
import { readVocabulary } from '@perennial/deployment'
import { effectOfAction, TOPICS } from '@perennial/streams'
import { connect } from '../connect.ts'
import type { Context } from '../context.ts'
import type { Life } from '../lifecycle.ts'
import { historyRecords, recordsIn } from '../learning/history-records.ts'
import { count, number } from '../terminal/words.ts'
import { feed } from '../up/feed.ts'
import { type FolderOptions, readFolder } from './read-folder.ts'

export type ImportOptions = FolderOptions & Readonly<{ folder: string }>

/** Feeds a history folder into the source streams, as if each fact had come in when it happened. */
export async function importFolder(context: Context, life: Life, options: ImportOptions): Promise<void> {
  const history = await readFolder(context, options.folder, options)
  const unnamed = unnamedIn(history, context)
  const platform = await connect(context, life, { log: true, say: true })
  await platform.log.ensureTopics(topicSpecs(TOPICS, platform.partitions))
  const records = await append(context, life, { platform, history })
  if (context.json) return context.out(JSON.stringify({ records, members: history.members.length, unnamed }))
  const where = platform.mode === 'embedded' ? 'as long as `perennial up` runs' : 'as long as the services run'
  context.out(
    `${count(records, 'record')} of ${count(history.members.length, 'member')} imported. They are scored ${where}.`,
  )
  if (unnamed.length > 0)
    context.out(
      context.style.yellow(
        `Nothing is made of ${count(unnamed.length, 'action')} that the signals file (PERENNIAL_SIGNALS) does not name: ` +
          `${unnamed.slice(0, 10).join(', ')}${unnamed.length > 10 ? ` and ${number(unnamed.length - 10)} more` : ''}.`,
      ),
    )
}

type What = Readonly<{ platform: Platform; history: History }>

async function append(context: Context, { scope }: Life, { platform, history }: What): Promise<number> {
  const writer = await createSourceWriter(platform)
  const progress = context.progress('Import', recordsIn(history))
  const stored = async (done: number) => progress.update(done)
  const done = await feed({ writer, stored, signal: scope.signal }, historyRecords(history, context.now()))
  progress.update(done, done)
  progress.finish()
  return done
}

/** Actions that count as nothing with the signals of this deployment. */
function unnamedIn({ actions }: History, { env }: Context): readonly string[] {
  const vocabulary = readVocabulary(env['PERENNIAL_SIGNALS'])
  return actions.flatMap(({ stream, action }) => {
    const effect = effectOfAction(vocabulary, stream, action)
    return 'kind' in effect && effect.reason === 'unknown-signal' ? [`${stream}.${action}`] : []
  })
}
