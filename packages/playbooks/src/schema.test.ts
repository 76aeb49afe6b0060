import { readdirSync, readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { PLAYBOOK_SCHEMA } from './parse-playbook.ts'

const folder = new URL('../playbooks/', import.meta.url)
const shipped = readdirSync(folder).filter((file) => file !== 'policy.yaml')
const validate = new Ajv2020({ allowUnionTypes: true }).compile(PLAYBOOK_SCHEMA)
const read = (file: string) => parse(readFileSync(new URL(file, folder), 'utf8'))

test.each(shipped)('an editor finds nothing wrong with %s', (file) => {
  validate(read(file))
  expect(validate.errors).toBeNull()
})

test.each([
  ['a typo in a key', { quiet_hours: {} }],
  ['two triggers', { when: { termEnd: '-30d', silent: { for: '30d' } } }],
  ['a level of risk in percent', { when: { riskAbove: { level: 60, for: '14d' } } }],
  ['a duration without a unit', { expiry: 30 }],
  ['a segment inside a segment that is wrong', { for: { status: ['active'], not: { any: [{ teir: ['x'] }] } } }],
])('an editor finds %s', (_, wrong) => {
  expect(validate({ ...read('win-back.yaml'), ...wrong })).toBe(false)
})
