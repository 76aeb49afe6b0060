import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { findFiles, readLines } from './files.ts'
import { mergeByTime } from './merge.ts'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'perennial-replay-'))
})

afterEach(() => rm(folder, { recursive: true }))

async function write(name: string, content: string | Buffer): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, content)
  return path
}

async function linesOf(path: string): Promise<string[]> {
  const [file] = await findFiles(path)
  const found: string[] = []
  if (file !== undefined) for await (const { number, text } of readLines(file)) found.push(`${number} ${text}`)
  return found
}

describe('replay files', () => {
  test('are found in a folder by name, whatever else lies there', async () => {
    for (const name of ['b.jsonl', 'a.jsonl.gz', 'c.ndjson', 'README.md', 'd.csv']) await write(name, '')
    expect((await findFiles(folder)).map(({ path }) => path)).toEqual(
      ['a.jsonl.gz', 'b.jsonl', 'c.ndjson'].map((name) => join(folder, name)),
    )
  })

  test('may be one, whatever its name', async () => {
    expect(await findFiles(await write('facts.txt', 'x'))).toHaveLength(1)
  })

  test('that are not there are said so', async () => {
    await expect(findFiles(join(folder, 'none.jsonl'))).rejects.toMatchObject({ code: 'usage' })
    await expect(findFiles(folder)).rejects.toThrow(/holds no replay files/)
  })

  test('are read line by line, empty lines counted and left out', async () => {
    expect(await linesOf(await write('a.jsonl', 'one\n\r\n  \nfour\r\nfive'))).toEqual(['1 one', '4 four', '5 five'])
  })

  test('are unpacked when their name ends in .gz', async () => {
    expect(await linesOf(await write('a.jsonl.gz', gzipSync('one\ntwo\n')))).toEqual(['1 one', '2 two'])
  })

  test('that break off are said so, not taken for short', async () => {
    const whole = gzipSync(Array.from({ length: 5_000 }, (_, i) => `line ${i * 7919}`).join('\n'))
    await expect(linesOf(await write('a.jsonl.gz', whole.subarray(0, 2_000)))).rejects.toThrow(
      /cannot be read to its end/,
    )
    await expect(linesOf(await write('b.jsonl.gz', 'no gzip'))).rejects.toThrow(/cannot be read to its end/)
  })
})

describe('several files', () => {
  async function* source(...times: number[]) {
    for (const at of times) yield { at, from: times[0] }
  }

  test('are merged in the order of time', async () => {
    const merged: number[] = []
    for await (const { at } of mergeByTime([source(1, 4, 9), source(2, 3, 10), source()])) merged.push(at)
    expect(merged).toEqual([1, 2, 3, 4, 9, 10])
  })

  test('keep their own order where they are not sorted', async () => {
    const merged: number[] = []
    for await (const { at } of mergeByTime([source(5, 1, 6), source(2, 7)])) merged.push(at)
    expect(merged).toEqual([2, 5, 1, 6, 7])
  })
})
