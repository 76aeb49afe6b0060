import { expect, test } from 'vitest'
import { SchemaError } from './form.ts'
import { parseSchema } from './parse.ts'

test.each([
  ['text that is no JSON', '{', 'not JSON'],
  [
    'a name that could be code',
    { type: 'record', name: 'R', fields: [{ name: 'a;b()', type: 'int' }] },
    'no Avro name',
  ],
  ['a symbol that could be code', { type: 'enum', name: 'E', symbols: ["a'"] }, 'no Avro name'],
  [
    'a type that is defined nowhere',
    { type: 'record', name: 'R', fields: [{ name: 'a', type: 'Missing' }] },
    "'Missing'",
  ],
  [
    'a type defined twice',
    [
      { type: 'fixed', name: 'F', size: 1 },
      { type: 'fixed', name: 'F', size: 2 },
    ],
    'twice',
  ],
  [
    'a default of another type',
    { type: 'record', name: 'R', fields: [{ name: 'a', type: 'int', default: 'x' }] },
    'default',
  ],
  ['a record without fields', { type: 'record', name: 'R' }, 'no list of fields'],
  ['a record without a name', { type: 'record', fields: [] }, 'no texts'],
  ['a field that is none', { type: 'record', name: 'R', fields: [null] }, 'A field of'],
  ['a field of no name', { type: 'record', name: 'R', fields: [{ type: 'int' }] }, 'no texts'],
  [
    'a field twice',
    {
      type: 'record',
      name: 'R',
      fields: [
        { name: 'a', type: 'int' },
        { name: 'a', type: 'int' },
      ],
    },
    'twice',
  ],
  ['aliases that are no list', { type: 'record', name: 'R', aliases: 'Q', fields: [] }, 'no texts'],
  ['symbols that are no texts', { type: 'enum', name: 'E', symbols: [1] }, 'symbols'],
  ['a size that is code', { type: 'fixed', name: 'F', size: '1); globalThis.escaped = 1; (' }, 'size'],
  ['a size below zero', { type: 'fixed', name: 'F', size: -1 }, 'size'],
  ['a type of nothing', { type: null }, 'no schema'],
  ['types within types without end', `${'{"type":'.repeat(5_000)}"int"${'}'.repeat(5_000)}`, 'deeper'],
  ['a default that is no symbol', { type: 'enum', name: 'E', symbols: ['a'], default: 'b' }, 'default'],
])('%s', (_, schema, message) => {
  const text = typeof schema === 'string' ? schema : JSON.stringify(schema)
  expect(() => parseSchema(text)).toThrow(SchemaError)
  expect(() => parseSchema(text)).toThrow(message)
})

test('names are looked up in the namespace they stand in', () => {
  const inner = { type: 'record', name: 'In', fields: [] }
  const node = parseSchema(
    JSON.stringify({
      type: 'record',
      name: 'R',
      namespace: 'a.b',
      fields: [
        { name: 'x', type: inner },
        { name: 'y', type: 'In' },
        { name: 'z', type: 'a.b.In' },
      ],
    }),
  )
  if (node.kind !== 'record') throw new Error('not a record')
  const [x, y, z] = node.fields.map(({ type }) => type)
  expect(x).toMatchObject({ kind: 'record', name: 'a.b.In' })
  expect(y).toBe(x)
  expect(z).toBe(x)
})

test('a logical type that is no text is left aside', () => {
  expect(parseSchema('{"type":"long","logicalType":{"toString":1}}')).toEqual({ kind: 'long', logicalType: undefined })
})
