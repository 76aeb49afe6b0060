import { createReadStream } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { createGunzip } from 'node:zlib'
import { Fault, messageOf } from '@perennial/runtime'

const ENDINGS = ['.jsonl', '.ndjson', '.json', '.jsonl.gz', '.ndjson.gz', '.json.gz']

/** One line of a file. `read` bytes of the file have been read by then. */
export type Line = Readonly<{ file: string; number: number; text: string; read: number }>

export type ReplayFile = Readonly<{ path: string; bytes: number }>

/** The file, or every replay file of the folder, by name. Throws a Fault (`usage`) when there is none. */
export async function findFiles(path: string): Promise<readonly ReplayFile[]> {
  const found = await stat(path).catch((error: unknown) => {
    throw new Fault('usage', `${path} cannot be read: ${messageOf(error)}`, { cause: error })
  })
  if (!found.isDirectory()) return [{ path, bytes: found.size }]
  const names = (await readdir(path)).filter((name) => ENDINGS.some((ending) => name.endsWith(ending))).toSorted()
  if (names.length === 0) throw new Fault('usage', `${path} holds no replay files (${ENDINGS.join(', ')}).`)
  return Promise.all(
    names.map(async (name) => ({ path: join(path, name), bytes: (await stat(join(path, name))).size })),
  )
}

/** The lines of a file that say something, one after another; a name ending in .gz is unpacked. */
export async function* readLines({ path }: ReplayFile): AsyncGenerator<Line> {
  const raw = createReadStream(path)
  const unpacked = path.endsWith('.gz') ? raw.pipe(createGunzip()) : raw
  const failure = Promise.withResolvers<never>()
  failure.promise.catch(() => undefined)
  for (const stream of [raw, unpacked]) stream.once('error', failure.reject)
  const lines = createInterface({ input: unpacked, crlfDelay: Infinity })[Symbol.asyncIterator]()
  try {
    for (let number = 1; ; number += 1) {
      const next = await Promise.race([lines.next(), failure.promise])
      if (next.done === true) break
      if (next.value.trim() !== '') yield { file: path, number, text: next.value, read: raw.bytesRead }
    }
  } catch (error) {
    throw new Fault('found', `${path} cannot be read to its end: ${messageOf(error)}`, { cause: error })
  } finally {
    raw.destroy()
  }
}
