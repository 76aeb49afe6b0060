import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { checkTemplates } from './settings.ts'

const PLAY =
  'name: hello\ntitle: T\npurpose: service\nwhen: { bandEntered: [high] }\nfor: { status: [active] }\nsteps: [{ name: mail, channel: email, template: hello }]\nexpiry: 7d\n'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'doctor-'))
})

afterEach(() => rmSync(folder, { recursive: true }))

const write = (file: string, text: string) => writeFileSync(join(folder, file), text)
const check = (env = {}) =>
  checkTemplates(env, { playbooks: folder, templates: { folder, links: {} }, signalsFile: undefined })

test('templates are looked at where something is written to members', () => {
  write('play.yaml', PLAY.replace('email, template: hello', 'log').replace('service', 'internal'))
  write('hello.md', '---\nsubject: Hello\n---\nDear member\n')
  expect(check()).toEqual([])
  expect(check({ SMTP_HOST: 'mx' })).toEqual([{ name: 'Templates', status: 'ok', detail: 'hello' }])
})

test('one that a play names and that is not there is found, as is one with a mistake', () => {
  write('play.yaml', PLAY)
  write('bye.md', '---\nsubject: Bye\n---\nDear member\n')
  expect(check()[0]?.detail).toContain("hello: there is no template 'hello'. There are: bye")
  write('hello.md', '---\nsubject: Hello\n---\nDear {{ firstName }}\n')
  expect(check()[0]?.detail).toContain("hello.md:4:9: there is no variable 'firstName'")
})
