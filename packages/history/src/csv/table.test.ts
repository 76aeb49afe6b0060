import { gzipSync } from 'node:zlib'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { inFolder } from '../history.fixture.ts'
import type { Fields } from './record-scanner.ts'
import { type Progress, type ReadOptions, readTable } from './table.ts'

const EXAMPLE = 'id,at\nM1,2024-03-01'

/** Reads a file of that name and content; rows whose first field is `bad` are. */
function read(content: string | Uint8Array, { file = 'x.csv', ...options }: ReadOptions & { file?: string } = {}) {
  const rows: string[] = []
  const headers: (readonly string[])[] = []
  const table = {
    columns: { required: ['id', 'at'], optional: ['value'], example: EXAMPLE },
    header: (names: readonly string[]) => void headers.push(names),
    row({ bytes, starts, ends }: Fields) {
      const id = new TextDecoder().decode(bytes.subarray(starts[0], ends[0]))
      if (id === 'bad') return 'id is bad'
      rows.push(id)
      return undefined
    },
  }
  return inFolder({ [file]: content }, async (folder) => {
    const report = await readTable(join(folder, file), table, options)
    return { rows, headers, report }
  })
}

test('a mark at the beginning, capitals and other columns do no harm', async () => {
  const { rows, headers, report } = await read('\uFEFFID, At ,note\r\nM1,2024-03-01,x\r\n')
  expect(headers).toEqual([['id', 'at', 'note']])
  expect(rows).toEqual(['M1'])
  expect(report.ignoredColumns).toEqual(['note'])
})

test('unpacks what is packed, in several members too', async () => {
  const parts = Buffer.concat([gzipSync('id,at\nM1,1\n'), gzipSync('M2,2\nM3,3\n')])
  expect((await read(parts, { file: 'x.csv.gz' })).rows).toEqual(['M1', 'M2', 'M3'])
})

test('tells the bad rows by line and counts them by reason; a row of no more is in order', async () => {
  const lines = ['id,at', 'M1,1', 'bad,2', '"two\nlines",3', 'M4', 'bad,5', '"x"y,6', 'M7,7']
  const { rows, report } = await read(lines.join('\n'), { maxBadShare: 1 })
  expect(rows).toEqual(['M1', 'two\nlines', 'M7'])
  expect(report).toMatchObject({
    rows: 7,
    bad: 4,
    badByReason: { 'id is bad': 2, 'the row has not 2 fields as the header': 1 },
    firstBad: [
      { line: 3, reason: 'id is bad' },
      { line: 6, reason: 'the row has not 2 fields as the header' },
      { line: 7, reason: 'id is bad' },
      { line: 8, reason: expect.stringContaining('closing quote') },
    ],
  })
})

test('puts up with one bad row in a hundred, not with more, unless told to', async () => {
  const of = (good: number) => `id,at\n${'M1,1\n'.repeat(good)}bad,2\n`
  await expect(read(of(99))).resolves.toMatchObject({ report: { bad: 1 } })
  await expect(read(of(98))).rejects.toMatchObject({
    code: 'history/bad-rows',
    message: expect.stringMatching(/1 of 99 rows of x.csv \(1.0 %\).*line 100: id is bad/s),
  })
  await expect(read(of(1), { maxBadShare: 0.5 })).resolves.toMatchObject({ report: { bad: 1 } })
})

test('keeps few of many bad rows', async () => {
  const { report } = await read(`id,at\n${'bad,1\n'.repeat(1_000)}`, { maxBadShare: 1 })
  expect(report.bad).toBe(1_000)
  expect(report.firstBad).toHaveLength(20)
})

test.each([
  ['history/empty', '', /x.csv is empty.*id,at\nM1,2024-03-01/s],
  ['history/empty', '\n\r\n', /is empty/],
  ['history/encoding', Buffer.from('\uFEFFid,at\n', 'utf16le'), /UTF-16.*UTF-8/],
  ['history/header', 'id,when\nM1,1', /lacks the column at \(it has id, when\).*optional value/s],
  ['history/header', 'id;at\nM1;1', /lacks the columns id, at \(its columns are separated by ';'/],
  ['history/header', 'id,at,at\n', /has at twice/],
])('%s', async (code, content, message) => {
  await expect(read(content)).rejects.toMatchObject({ code, message: expect.stringMatching(message) })
})

test('does not show a first row that is no header: it is about somebody', async () => {
  const reading = read('M17,mary@example.org\n')
  await expect(reading).rejects.toMatchObject({ code: 'history/header', message: expect.not.stringContaining('mary') })
  await expect(reading).rejects.toThrow('is the header missing?')
})

test('says that a packed file is cut off, or not packed at all', async () => {
  const whole = gzipSync(`id,at\n${'M1,1\n'.repeat(1_000)}`)
  const cut = read(whole.subarray(0, whole.length - 20), { file: 'x.csv.gz' })
  await expect(cut).rejects.toMatchObject({ code: 'history/unreadable', message: expect.stringContaining('export it') })
  await expect(read('id,at\n', { file: 'x.csv.gz' })).rejects.toMatchObject({ code: 'history/unreadable' })
})

test('tells how far it is, in bytes of the file', async () => {
  const seen: Progress[] = []
  const content = `id,at\n${'M1,1\n'.repeat(600_000)}`
  await read(content, { onProgress: (progress) => seen.push(progress) })
  expect(seen.length).toBeGreaterThan(1)
  expect(seen[0]).toMatchObject({ file: 'x.csv', totalBytes: content.length })
  expect(seen.at(-1)).toMatchObject({ bytes: content.length, rows: 600_000 })
  expect(seen.map(({ bytes }) => bytes)).toEqual(seen.map(({ bytes }) => bytes).toSorted((a, b) => a - b))
})
