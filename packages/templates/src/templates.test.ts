import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { checkTemplate } from './check-template.ts'
import { parseTemplate } from './parse-template.ts'
import { renderMessage } from './render-message.ts'
import { SAMPLE_VALUES, type TemplateValues } from './variables.ts'

const FOLDER = join(import.meta.dirname, '../templates')
const links = Object.fromEntries(
  ['renew', 'events', 'home', 'payment'].map((name) => [name, `https://association.example/${name}`]),
)
const shipped = readdirSync(FOLDER).filter((file) => file.endsWith('.md'))

function template(file: string) {
  const { template: parsed, problems } = parseTemplate({ file, text: readFileSync(join(FOLDER, file), 'utf8') })
  expect(problems).toEqual([])
  return parsed!
}

function message(file: string, changes: Partial<TemplateValues> = {}) {
  const rendered = renderMessage(template(file), { ...SAMPLE_VALUES, links, ...changes })
  if (rendered.kind !== 'ok') throw new Error(rendered.problem.reason)
  return rendered.message
}

describe.each(shipped)('%s', (file) => {
  test('is in order', () => {
    expect(checkTemplate(template(file), links)).toEqual([])
  })

  test('reads well with all that is known, and with nothing', () => {
    const unknown = { tier: undefined, chapter: undefined, termEnd: undefined, daysLeft: undefined, owner: undefined }
    for (const changes of [{}, unknown]) {
      const { subject, text, html } = message(file, { ...changes, reasons: [] })
      expect(subject).toMatch(/^[A-Z].{8,78}$/)
      expect(text).not.toMatch(/undefined|\{\{|\{%| ,| {2,}|\n{3,}|[*#\\[\]]/)
      expect(html).not.toMatch(/undefined|\{\{|\{%|\n{2,}|<img|<script/)
    }
  })
})

test('the reminder says the day and how long it is until then', () => {
  const { subject, text, html } = message('renewal-reminder.md')
  expect(subject).toBe('Your membership ends on 22 January 2027')
  expect(text).toContain('your membership with Sample Association ends on 22 January 2027, in 60 days.')
  expect(text).toContain('Renew your membership (https://association.example/renew). It takes')
  expect(html).toContain('<strong><a href="https://association.example/renew">Renew your membership</a></strong>')
  expect(text.endsWith('Sample Association\n\nMember number: M-17')).toBe(true)
})
