import { csvField, parseCsv } from '@perennial/testkit'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MAX_FIELDS, MAX_RECORD_BYTES, RecordScanner } from './record-scanner.ts'

const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** What the scanner makes of a text that comes in pieces of so many bytes. */
function scan(text: string, pieces: readonly number[] = []) {
  const records: string[][] = []
  const lines: number[] = []
  const broken: [string, number][] = []
  const scanner = new RecordScanner({
    record({ bytes, starts, ends, count, line }) {
      const kept = Math.min(count, MAX_FIELDS)
      records.push(Array.from({ length: kept }, (_, i) => decoder.decode(bytes.slice(starts[i], ends[i]))))
      lines.push(line)
    },
    broken: (flaw, line) => broken.push([flaw, line]),
  })
  const bytes = encoder.encode(text)
  let at = 0
  for (const piece of pieces) {
    scanner.push(bytes.slice(at, at + piece))
    at = Math.min(bytes.length, at + piece)
  }
  scanner.push(bytes.slice(at))
  scanner.end()
  return { records, lines, broken }
}

const field = fc.string({ unit: fc.constantFrom('a', 'é', ' ', '"', ',', '\n', '\r\n', '\t', '7'), maxLength: 6 })
const rows = fc.array(fc.array(field, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 8 })
const pieces = fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 40 })

describe('records', () => {
  test('are those of a plain reader, wherever the chunks are cut, and know their lines', () => {
    fc.assert(
      fc.property(rows, pieces, fc.constantFrom('\n', '\r\n'), (written, cuts, lineEnd) => {
        // A row of one empty field is a blank line.
        const full = written.filter((row) => row.length > 1 || row[0] !== '')
        const texts = full.map((row) => row.map(csvField).join(','))
        const { records, lines, broken } = scan(texts.join(lineEnd) + lineEnd, cuts)
        expect(records).toEqual(full)
        expect(records).toEqual(parseCsv(texts.join('\n')).map((row) => row))
        expect(broken).toEqual([])
        const linesOf = texts.map((text) => text.split('\n').length)
        expect(lines).toEqual(texts.map((_, i) => 1 + linesOf.slice(0, i).reduce((sum, n) => sum + n, 0)))
      }),
    )
  })

  test('need no line end after the last one, and blank lines are none', () => {
    expect(scan('a,b\n\n \r\nc,d')).toEqual({
      records: [
        ['a', 'b'],
        ['c', 'd'],
      ],
      lines: [1, 4],
      broken: [],
    })
    expect(scan('a,"b ""c"""').records).toEqual([['a', 'b "c"']])
    expect(scan('a,').records).toEqual([['a', '']])
  })

  test('keep blanks inside quotes only', () => {
    expect(scan(' a\t,"  b ", c d \r\n').records).toEqual([['a', '  b ', 'c d']])
  })

  test('keep a quote in the middle of a field', () => {
    expect(scan('5" pipe,x\n').records).toEqual([['5" pipe', 'x']])
  })

  test('beyond the most fields are counted, not kept', () => {
    const { records } = scan(`${'x,'.repeat(MAX_FIELDS + 10)}x\n`)
    expect(records[0]).toHaveLength(MAX_FIELDS)
  })
})

describe('what is no record', () => {
  test('is told with its line, and the next line is read', () => {
    expect(scan('a,b\n"c"x,d\ne,f\n')).toEqual({
      records: [
        ['a', 'b'],
        ['e', 'f'],
      ],
      lines: [1, 3],
      broken: [['after-quote', 2]],
    })
  })

  test('an open quote costs its line, not the rest of the file', () => {
    expect(scan('a,b\n"c,d\ne,f\n', [5, 5])).toEqual({
      records: [
        ['a', 'b'],
        ['e', 'f'],
      ],
      lines: [1, 3],
      broken: [['open-quote', 2]],
    })
  })

  test('nor does it wait for the end of a large file', () => {
    const { records, broken } = scan(`"a,b\n${'c,d\n'.repeat(MAX_RECORD_BYTES)}`, new Array<number>(20).fill(16_384))
    expect(broken).toEqual([['open-quote', 1]])
    expect(records).toHaveLength(MAX_RECORD_BYTES)
  })

  test('a line that never ends is skipped in pieces', () => {
    const long = 'x'.repeat(3 * MAX_RECORD_BYTES)
    expect(scan(`a\n${long}\nb\n`, new Array<number>(30).fill(10_000))).toEqual({
      records: [['a'], ['b']],
      lines: [1, 3],
      broken: [['too-long', 2]],
    })
  })
})
