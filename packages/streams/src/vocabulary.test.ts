import { describe, expect, test } from 'vitest'
import { vocabularyTable } from '../scripts/vocabulary-table.ts'
import { parseSchema } from './avro/parse.ts'
import { SCHEMAS } from './registry.ts'
import { type Meaning, VOCABULARY } from './vocabulary.ts'

describe.each(Object.entries(VOCABULARY))('%s', (stream, types) => {
  test('has a meaning for every type of the schema but the unknown one, and no other', () => {
    const schema = parseSchema(SCHEMAS[stream as keyof typeof VOCABULARY])
    const fields = schema.kind === 'record' ? schema.fields : []
    const kinds = fields.flatMap(({ name, type }) =>
      (name === 'type' || name === 'outcome') && type.kind === 'enum' ? [...type.symbols] : [],
    )
    expect(['unknown', ...Object.keys(types)].sort()).toEqual(kinds.sort())
  })

  test('says how much of a signal a type is, where it is one', () => {
    for (const meaning of Object.values<Meaning>(types)) {
      expect(meaning.amount === undefined).toBe(meaning.signal === undefined)
      expect(meaning.amount ?? 1).toBeGreaterThan(0)
    }
  })
})

test('the table refuses to be written into a README that has lost its place', () => {
  expect(() => vocabularyTable('# Schemas')).toThrow('lost the marks')
})
