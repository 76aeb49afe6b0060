import { describe, expect, test } from 'vitest'
import { fingerprint, releasedSchemas, schemaFiles } from './schema-files.ts'
import { schemaProblems } from './schema-rules.ts'

const field = (name: string, type: unknown, rest: object = {}) => ({ name, type, doc: 'What it is.', ...rest })
const schema = (...fields: readonly object[]) =>
  JSON.stringify({ type: 'record', name: 'R', namespace: 'org.perennial', fields })

const v1 = { stream: 's', version: 1, text: schema(field('a', 'int')) }
const version = (n: number, ...fields: readonly object[]) => ({ stream: 's', version: n, text: schema(...fields) })

function problems(files: readonly (typeof v1)[], released = {}) {
  return schemaProblems(files, released, fingerprint)
}

test('the schemas of this repository are in order, and none that was released has changed', () => {
  expect(problems(schemaFiles(), releasedSchemas())).toEqual([])
})

describe('the lock', () => {
  const released = { 's/v1': fingerprint(v1.text) }

  test('a released file may be laid out anew', () => {
    expect(problems([{ ...v1, text: JSON.stringify(JSON.parse(v1.text), null, 4) }], released)).toEqual([])
  })

  test('a released file must not change, not even its words', () => {
    const changed = { ...v1, text: v1.text.replace('What it is.', 'Something else.') }
    expect(problems([changed], released)).toEqual([
      'schemas/s/v1.avsc is released and must not change: write the change as v2.avsc',
    ])
  })

  test('a released file must not go away', () => {
    expect(problems([], released)).toEqual(['schemas/s/v1.avsc is released and must not go away'])
  })
})

describe('a new version', () => {
  test('may add a field with a default', () => {
    expect(problems([v1, version(2, field('a', 'int'), field('b', 'string', { default: '' }))])).toEqual([])
  })

  test('must not add one without', () => {
    expect(problems([v1, version(2, field('a', 'int'), field('b', 'string'))])).toEqual([
      "schemas/s/v2.avsc cannot read v1: field without default added at 'b' (it is not in what was written)",
    ])
  })

  test('must be able to read every older one, not only the last', () => {
    // v2 dropped the field, v3 brings it back as another type: it reads v2, but not v1.
    const found = problems([
      v1,
      version(2, field('b', 'int', { default: 0 })),
      version(3, field('a', 'string', { default: '' })),
    ])
    expect(found).toEqual(["schemas/s/v3.avsc cannot read v1: type changed at 'a' (int cannot be read as string)"])
  })

  test('must not leave a number out', () => {
    expect(problems([v1, version(3, field('a', 'int'))])).toEqual(['schemas/s: v2 is missing'])
  })
})

describe('the rules of the house', () => {
  test.each([
    [
      'an enum without a default',
      schema(field('c', { type: 'enum', name: 'E', symbols: ['a'] })),
      'an enum needs a default',
    ],
    ['a field without a doc', schema({ name: 'a', type: 'int' }), "the field 'a' has no doc"],
    ['an array of nothing', schema(field('a', { type: 'array', items: 'null' })), 'without content'],
    ['a foreign namespace', schema(field('a', 'int')).replace('org.perennial', 'com.example'), 'org.perennial'],
    ['no record', '"string"', 'must be a record'],
    ['no schema', '{}', 'is no schema'],
  ])('%s', (_, text, message) => {
    expect(problems([{ stream: 's', version: 1, text }]).join()).toContain(message)
  })
})
