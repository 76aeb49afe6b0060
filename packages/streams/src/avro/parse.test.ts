import { expect, test } from 'vitest'
import { parseSchema, SchemaError } from './parse.ts'

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
