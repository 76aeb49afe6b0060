import { createSourceWriter, type Platform, type SourceInput, topicSpecs } from '@perennial/runtime'
import { TOPICS } from '@perennial/streams'
import { connect } from '../connect.ts'
import type { Context } from '../context.ts'
import { foundInAnswer } from '../exit.ts'
import type { Life } from '../lifecycle.ts'
import { findFiles, type Line, readLines, type ReplayFile } from '../replay/files.ts'
import { mergeByTime } from '../replay/merge.ts'
import { parseRow } from '../replay/rows.ts'
import { count, number } from '../terminal/words.ts'
import { BATCH } from '../up/feed.ts'

/** So many broken rows are listed; the rest is counted. */
const LISTED = 20

type Broken = Readonly<{ file: string; line: number; reason: string }>
type Parsed = Readonly<{ at: number; line: Line; input: SourceInput | undefined; reason: string }>
type Result = { records: number; broken: number; listed: Broken[] }

/** Appends the records of files to their streams. What is broken is counted and listed, and the rest goes on. */
export async function replay(context: Context, life: Life, path: string): Promise<void> {
  const files = await findFiles(path)
  const platform = await connect(context, life, { log: true, say: true })
  await platform.log.ensureTopics(topicSpecs(TOPICS, platform.partitions))
  const result = await append(context, platform, files, life.scope.signal)
  if (context.json) context.out(JSON.stringify({ records: result.records, broken: result.broken, rows: result.listed }))
  else context.out(text(result, platform, context))
  if (result.broken > 0) throw foundInAnswer(`${count(result.broken, 'row')} of ${path} could not be replayed.`)
}

async function append(
  context: Context,
  platform: Platform,
  files: readonly ReplayFile[],
  signal: AbortSignal,
): Promise<Result> {
  const writer = await createSourceWriter(platform)
  const progress = context.progress('Replay')
  const result: Result = { records: 0, broken: 0, listed: [] }
  const read = new Map<string, number>()
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0)
  let batch: SourceInput[] = []

  async function flush(): Promise<void> {
    await writer.write(batch)
    result.records += batch.length
    batch = []
    const share = [...read.values()].reduce((sum, each) => sum + each, 0) / Math.max(1, bytes)
    progress.update(result.records, share > 0 ? Math.round(result.records / Math.min(1, share)) : undefined)
  }

  for await (const { line, input, reason } of mergeByTime(files.map(parsedLines))) {
    if (signal.aborted) break
    read.set(line.file, line.read)
    if (input === undefined) note(result, { file: line.file, line: line.number, reason })
    else batch.push(input)
    if (batch.length === BATCH) await flush()
  }
  if (batch.length > 0) await flush()
  progress.update(result.records, result.records)
  progress.finish()
  return result
}

function note(result: Result, broken: Broken): void {
  result.broken += 1
  if (result.listed.length < LISTED) result.listed.push(broken)
}

/** A broken row has no time of its own: it takes the place where it stands. */
async function* parsedLines(file: ReplayFile): AsyncGenerator<Parsed> {
  let at = 0
  for await (const line of readLines(file)) {
    const row = parseRow(line.text)
    if (row.kind === 'record') at = row.input.record.occurredAt
    const input = row.kind === 'record' ? row.input : undefined
    yield { at, line, input, reason: row.kind === 'broken' ? row.reason : '' }
  }
}

function text({ records, broken, listed }: Result, { mode }: Platform, { style }: Context): string {
  const where =
    mode === 'embedded'
      ? 'They are scored as long as `perennial up` runs.'
      : 'They are scored as long as the services run.'
  const lines = [`${count(records, 'record')} replayed. ${where}`]
  if (broken === 0) return lines.join('\n')
  lines.push(style.yellow(`${count(broken, 'row')} could not be used:`))
  lines.push(...listed.map(({ file, line, reason }) => `  ${file}:${line}  ${reason}`))
  if (broken > listed.length) lines.push(`  … and ${number(broken - listed.length)} more`)
  return lines.join('\n')
}
