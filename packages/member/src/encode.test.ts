import { describe, expect, test } from 'vitest'
import { decodeRow, encodeRow, rowProblem } from './encode.ts'
import { activity, membership, OPEN, T0 } from './facts.fixture.ts'
import { foldFact } from './fold.ts'
import { countOf, lastAtOf, newRows, type Rows } from './rows.ts'
import { SIGNAL_COUNT } from './signals.ts'
import { DAY_MS } from './time.ts'
import { BUILT_IN, type Vocabulary, vocabularyOf } from './vocabulary.ts'

const POSTED = SIGNAL_COUNT
const MERGED = SIGNAL_COUNT + 1

function rowWith(signals: readonly number[], vocabulary: Vocabulary = OPEN): Rows {
  const rows = newRows(1, vocabulary)
  for (const [n, signal] of signals.entries()) foldFact(rows, 0, activity(`f${n}`, n, { signal }))
  foldFact(rows, 0, membership('m', 1, { tier: 'gold' }))
  return rows
}

/** Written by the release before open signals: one fact of signal 0, one of signal 15 a day later, and a tier. */
const FIRST_RELEASE =
  'AQMBgA8AAAAAAID9REJ5QgAAgP1EQnlCAABAY5dCeUIAAAAAAAAIQGH5tPoPjr5DEjijSMHZM0HC5z/kZhdAQAAAgP1EQnlCAQAAAMtVbPvkRL9D' +
  'rmyUPwsBNEHTkbtzOx9AQAAAQGOXQnlCAQAAAADXdWf1qcoRzAztq4Aod2eDR5/UnfeNMgDXdWdMltKrxbH9+QFCeUJE/YAAAARnb2xk'

describe('a stored row without open signals', () => {
  test('of an earlier release is read, and written as it was', () => {
    const rows = newRows(2, OPEN)
    decodeRow(Buffer.from(FIRST_RELEASE, 'base64'), rows, 1)
    expect(countOf(rows, 1, 0)).toBe(1)
    expect(lastAtOf(rows, 1, 15)).toBe(T0 + 2 * DAY_MS)
    expect(Buffer.from(encodeRow(rows, 1)).toString('base64')).toBe(FIRST_RELEASE)
  })

  test('is the same whatever else the deployment names', () => {
    expect(encodeRow(rowWith([0, 7, 7]), 0)).toEqual(encodeRow(rowWith([0, 7, 7], BUILT_IN), 0))
  })
})

describe('a stored row with open signals', () => {
  const stored = encodeRow(rowWith([0, MERGED, MERGED]), 0)

  test('is read where they are named, into its own place', () => {
    const rows = newRows(3, OPEN)
    decodeRow(stored, rows, 1)
    expect([0, 1, 2].map((i) => countOf(rows, i, MERGED))).toEqual([0, 2, 0])
    expect(countOf(rows, 1, POSTED)).toBe(0)
    expect(encodeRow(rows, 1)).toEqual(stored)
  })

  test('does not mind what is appended to the file', () => {
    const longer = vocabularyOf([
      { stream: 'forum', action: 'posted' },
      { stream: 'code', action: 'pr_merged' },
      { stream: 'new', action: 'thing' },
    ])
    expect(rowProblem(stored, longer)).toBeUndefined()
    expect(encodeRow(rowWith([0, MERGED, MERGED], longer), 0)).toEqual(stored)
  })

  test('is refused where the file does not name them any more', () => {
    const shorter = vocabularyOf([{ stream: 'forum', action: 'posted' }])
    expect(rowProblem(stored, shorter)).toContain(
      'open signal 2 is unknown: the signals file (PERENNIAL_SIGNALS) names 1',
    )
    expect(rowProblem(stored, BUILT_IN)).toContain('names 0')
  })

  test.each([
    ['in another order', ['code.pr_merged', 'forum.posted']],
    ['under another name', ['forum.posted', 'code.merged']],
    ['with another before it', ['talk.posted', 'code.pr_merged']],
  ])('is refused where the file names them %s', (_, names) => {
    const other = vocabularyOf(
      names.map((name) => ({ stream: name.split('.')[0] ?? '', action: name.split('.')[1] ?? '' })),
    )
    expect(rowProblem(stored, other)).toContain('written with other open signals')
  })

  test('is refused when it is cut, or of a version to come', () => {
    expect(rowProblem(stored.subarray(0, stored.length - 60), OPEN)).toBeDefined()
    expect(rowProblem(Uint8Array.of(3, ...stored.subarray(1)), OPEN)).toContain('version 3; this program knows 2')
  })
})
