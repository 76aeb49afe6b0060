import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import type { Context } from '../context.ts'
import type { Life } from '../lifecycle.ts'
import { SAMPLE_NAME } from '../sample/association.ts'
import { type SampleOptions, sampleRecords } from '../sample/sample.ts'
import { count } from '../terminal/words.ts'

/** Writes the sample association, or a smaller one, as a replay file. */
export async function sample(context: Context, life: Life, file: string, options: SampleOptions): Promise<void> {
  const target = createWriteStream(file)
  let records = 0
  function* lines(): Generator<string> {
    for (const record of sampleRecords(options)) {
      records += 1
      yield `${JSON.stringify(record)}\n`
    }
  }
  const { signal } = life.scope
  if (file.endsWith('.gz')) await pipeline(lines, createGzip(), target, { signal })
  else await pipeline(lines, target, { signal })
  if (!target.closed) await once(target, 'close')
  const text = `${count(records, 'record')} of ${SAMPLE_NAME} written to ${file}. Replay them: perennial replay ${file}`
  context.out(context.json ? JSON.stringify({ file, records }) : text)
}
