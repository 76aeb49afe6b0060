import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parsePlaybook } from './parse-playbook.ts'
import { switchPlay } from './switch-play.ts'

const folder = new URL('../playbooks/', import.meta.url)
const shipped = readdirSync(folder)
  .filter((file) => file !== 'policy.yaml')
  .map((file) => [file, readFileSync(new URL(file, folder), 'utf8')] as const)

test.each(shipped)('%s is switched, and not another line of it changes', (file, text) => {
  for (const on of [true, false]) {
    const edited = switchPlay(text, on)!
    expect(parsePlaybook(file, edited).playbook?.enabled).toBe(on)
    const without = (lines: string) => lines.split('\n').filter((line) => !line.startsWith('enabled:'))
    expect(without(edited)).toEqual(without(text))
    // Back and forth it is the same file.
    expect(switchPlay(switchPlay(edited, !on)!, on)).toBe(edited)
  }
})

test.each([
  ['a comment beside it', 'title: T\nenabled: false # not yet\nx: 1\n', 'title: T\nenabled: true # not yet\nx: 1\n'],
  ['quotes around others', 'title: "enabled: false"\nenabled: no\n', 'title: "enabled: false"\nenabled: true\n'],
  ['lines that end as on Windows', 'title: T\r\nx: 1\r\n', 'title: T\r\nenabled: true\r\nx: 1\r\n'],
  ['no line at the end', 'x: 1\ntitle: T', 'x: 1\ntitle: T\nenabled: true\n'],
  ['a long title', 'title: >-\n  One\n  two\nx: 1\n', 'title: >-\n  One\n  two\nenabled: true\nx: 1\n'],
  ['a remark behind the title', 'title: T # say\nx: 1\n', 'title: T # say\nenabled: true\nx: 1\n'],
])('keeps %s', (_, before, after) => {
  expect(switchPlay(before, true)).toBe(after)
})

test.each([
  ['a list', '- a\n'],
  ['one line of braces', '{ name: a, title: T }\n'],
  ['no title', 'name: a\n'],
  ['a file that is indented', '  title: T\n  x: 1\n'],
  ['two documents', 'title: T\n---\ntitle: U\n'],
  ['nothing', ''],
])('leaves %s to its author', (_, text) => {
  expect(switchPlay(text, true)).toBeUndefined()
})
