import { describe, expect, test } from 'vitest'
import { createProgress, progressLine } from './progress.ts'
import { styleFor, widthOf } from './style.ts'
import { renderTable, wrap } from './table.ts'
import { clock, count, distance, duration, instant, percent } from './words.ts'

describe('words', () => {
  test.each([
    [count(1, 'member'), '1 member'],
    [count(12_345, 'member'), '12,345 members'],
    [percent(0.414), '41 %'],
    [instant(Date.UTC(2026, 10, 23, 14, 5)), '2026-11-23 14:05 UTC'],
    [duration(3 * 86_400_000 + 5), '3 days'],
    [duration(999), 'less than a second'],
    [distance(1_000_000, 940_000), 'in 1 minute'],
    [distance(0, 7_200_000), '2 hours ago'],
    [clock(65_000), '1:05'],
    [clock(3_665_000), '1:01:05'],
  ])('%s', (text, expected) => {
    expect(text).toBe(expected)
  })
})

describe('colour', () => {
  test('is used on a terminal', () => {
    expect(styleFor({ terminal: true, env: {} }).red('x')).toBe('\u001B[31mx\u001B[39m')
  })

  test.each([
    ['a file or pipe', { terminal: false, env: {} }],
    ['NO_COLOR', { terminal: true, env: { NO_COLOR: '1' } }],
    ['a dumb terminal', { terminal: true, env: { TERM: 'dumb' } }],
  ])('is left out for %s', (_, surroundings) => {
    expect(styleFor(surroundings).red('x')).toBe('x')
  })

  test('takes no room', () => {
    expect(widthOf(styleFor({ terminal: true, env: {} }).bold('four'))).toBe(4)
  })
})

describe('a table', () => {
  test('lines its columns up and wraps the last one', () => {
    const rows = [
      ['M-1', '9 %', 'short'],
      ['M-10', '91 %', 'a long reason that goes on'],
    ]
    const table = renderTable([{ title: 'member' }, { title: 'risk', align: 'right' }, { title: 'why' }], rows, 34)
    expect(table.split('\n')).toEqual([
      'member  risk  why',
      '──────  ────  ────────────────────',
      'M-1      9 %  short',
      'M-10    91 %  a long reason that',
      '              goes on',
    ])
  })

  test('keeps a word that is too long whole', () => {
    expect(wrap('a incomprehensibilities b', 5)).toEqual(['a', 'incomprehensibilities', 'b'])
  })
})

describe('progress', () => {
  test('tells share, count, rate and time left', () => {
    expect(progressLine('Replay', { from: 0, done: 250, total: 1000 }, 5_000, true)).toBe(
      'Replay  ██████░░░░░░░░░░░░░░░░░░   25 %  250 of 1,000  50/s  0:15 left',
    )
    expect(progressLine('Replay', { from: 500, done: 1000, total: 1000 }, 5_000, false)).toBe(
      'Replay  100 %  1,000 of 1,000  100/s  in 0:05',
    )
    expect(progressLine('Replay', { from: 0, done: 7, total: undefined }, 0, false)).toBe('Replay  7  0/s')
  })

  test('writes a line every few seconds where there is no terminal', () => {
    let at = 0
    const written: string[] = []
    const progress = createProgress({
      label: 'x',
      total: 10,
      write: (text) => written.push(text),
      terminal: false,
      now: () => at,
    })
    for (; at <= 7_000; at += 500) progress.update(at / 1000)
    progress.finish()
    expect(written).toHaveLength(3)
    expect(written.join('')).not.toContain('\r')
  })

  test('redraws one line on a terminal', () => {
    let at = 0
    const written: string[] = []
    const progress = createProgress({
      label: 'x',
      total: 10,
      write: (text) => written.push(text),
      terminal: true,
      now: () => at,
    })
    progress.update(1)
    progress.update(2)
    at = 200
    progress.update(3)
    progress.finish()
    expect(written.filter((text) => text.startsWith('\r'))).toHaveLength(2)
    expect(written.at(-1)).toBe('\n')
  })
})
