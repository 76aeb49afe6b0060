import { expect, test } from 'vitest'
import { parseTemplate } from './parse-template.ts'

const problems = (text: string, file = 'win-back.md') =>
  parseTemplate({ file, text }).problems.map(({ line, column, reason }) => `${line}:${column} ${reason}`)

test('a template is a subject and a body', () => {
  const { template } = parseTemplate({
    file: 'plays/win-back.md',
    text: '---\r\nsubject: Hello\r\n---\r\nDear member\r\n',
  })
  expect([template?.name, template?.subject.source, template?.body.source]).toEqual([
    'win-back',
    'Hello',
    'Dear member\n',
  ])
})

test.each([
  ['no front matter', 'Dear member\n', "1:1 a template begins with '---'"],
  ['no subject', '---\nsubjekt: x\n---\nx\n', "2:1 unknown key 'subjekt'"],
  ['a subject that YAML reads as a mapping', '---\nsubject: {{ tier }}\n---\nx\n', 'put it in quotes'],
  ['broken YAML', "---\nsubject: 'x\n---\nx\n", "3:1 Missing closing 'quote"],
  ['nothing to say', '---\nsubject: x\n---\n\n', '4:1 there is nothing below the subject'],
  ['an output left open', '---\nsubject: x\n---\nDear\n  {{ tier\n', '5:3 output "{{ tier\\n" not closed'],
  ['a tag left open', '---\nsubject: x\n---\n\n{% if tier %}', '5:1 tag {% if tier %} not closed'],
  ['a tag that does not exist', '---\nsubject: x\n---\n{% iff x %}', '4:1 tag "iff" not found'],
  ['another file', '---\nsubject: x\n---\n{% include "other" %}', '4:1 tag "include" not found'],
  ['a filter that does not exist', '---\nsubject: x\n---\na {{ tier | shout }}', 'undefined filter: shout'],
  ['a way round escaping', '---\nsubject: x\n---\na {{ tier | raw }}', 'undefined filter: raw'],
  ['a clock', "---\nsubject: x\n---\n{{ 'now' | date: '%s' }}", 'undefined filter: date'],
  ['a mistake in the subject', "---\nsubject: 'Hello {{ tier'\n---\nx\n", '2:17 output "{{ tier" not closed'],
])('%s is reported with its place', (_, text, expected) => {
  expect(problems(text).join('\n')).toContain(expected)
})

test('a file name that cannot be a template name is reported', () => {
  expect(problems('---\nsubject: x\n---\nx\n', 'Win Back.md').join('\n')).toContain('is called by small letters')
})
