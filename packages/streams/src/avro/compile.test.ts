import avro from 'avsc'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { SCHEMAS } from '../registry.ts'
import { valuesOf } from '../testing/arbitrary.ts'
import { compile } from './compile.ts'
import { Cursor, Malformed } from './cursor.ts'
import { type RecordNode, parseSchema } from './parse.ts'

function recordNode(schema: object | string): RecordNode {
  const node = parseSchema(typeof schema === 'string' ? schema : JSON.stringify(schema))
  if (node.kind !== 'record') throw new Error('not a record')
  return node
}

/** Reads `bytes`, written with `writer`, as `reader`; all of them must be used up. */
function read(reader: object | string, writer: object | string, bytes: Buffer, fields?: readonly string[]): unknown {
  const compiled = compile(recordNode(reader), recordNode(writer), fields)
  if (compiled.kind !== 'ok') throw new Error(JSON.stringify(compiled.reasons))
  const cursor = new Cursor()
  cursor.start(bytes, 0)
  const record = compiled.read(cursor)
  cursor.end()
  return record
}

function avscType(schema: object | string): avro.Type {
  return avro.Type.forSchema(typeof schema === 'string' ? JSON.parse(schema) : schema, { wrapUnions: 'never' })
}

const record = (...fields: readonly object[]) => ({ type: 'record', name: 'R', fields })

/** One of everything the specification has, so that whatever a producer's schema holds can be read or skipped. */
const everything = record(
  { name: 'flag', type: 'boolean' },
  { name: 'small', type: 'int' },
  { name: 'large', type: 'long' },
  { name: 'single', type: 'float' },
  { name: 'exact', type: 'double' },
  { name: 'text', type: 'string' },
  { name: 'raw', type: 'bytes' },
  { name: 'four', type: { type: 'fixed', name: 'F', size: 4 } },
  { name: 'colour', type: { type: 'enum', name: 'E', symbols: ['red', 'green'] } },
  { name: 'again', type: 'E' },
  { name: 'list', type: { type: 'array', items: { type: 'map', values: ['null', 'long'] } } },
  { name: 'choice', type: ['null', 'string', 'boolean'] },
  {
    name: 'inner',
    type: {
      type: 'record',
      name: 'I',
      fields: [
        { name: 'list', type: { type: 'array', items: 'string' } },
        { name: 'one', type: ['null', 'string'] },
        { name: 'two', type: ['null', 'int', 'string'] },
      ],
    },
  },
)

describe('every schema of ours, and one of everything', () => {
  test.each([...Object.entries(SCHEMAS), ['everything', JSON.stringify(everything)]])(
    '%s reads as avsc reads it',
    (_, schema) => {
      const type = avscType(schema)
      const node = recordNode(schema)
      fc.assert(
        fc.property(valuesOf(node), (value) => {
          const bytes = type.toBuffer(value)
          expect(read(schema, schema, bytes)).toEqual(type.fromBuffer(bytes))
        }),
        { numRuns: 50 },
      )
    },
  )

  test('any one field can be read, and all others skipped', () => {
    const type = avscType(everything)
    fc.assert(
      fc.property(
        valuesOf(recordNode(everything)),
        fc.constantFrom('flag', 'text', 'inner', 'choice'),
        (value, field) => {
          const bytes = type.toBuffer(value)
          const whole = Object(read(everything, everything, bytes))
          expect(read(everything, everything, bytes, [field])).toEqual({ [field]: whole[field] })
        },
      ),
      { numRuns: 100 },
    )
  })
})

describe('a reader newer or older than the writer', () => {
  const v1 = record({ name: 'a', type: 'int' }, { name: 'gone', type: { type: 'array', items: 'string' } })

  test('a new field with a default has it, a field that is gone is skipped', () => {
    const v2 = record({ name: 'a', type: 'int' }, { name: 'b', type: ['null', 'string'], default: null })
    expect(read(v2, v1, avscType(v1).toBuffer({ a: 3, gone: ['x'] }))).toEqual({ a: 3, b: null })
  })

  test('numbers are widened', () => {
    const wide = record({ name: 'a', type: 'double' })
    expect(
      read(wide, record({ name: 'a', type: 'int' }), avscType(record({ name: 'a', type: 'int' })).toBuffer({ a: -7 })),
    ).toEqual({ a: -7 })
  })

  test('a symbol that is not known reads as the default', () => {
    const old = record({
      name: 'c',
      type: { type: 'enum', name: 'E', symbols: ['unknown', 'red'], default: 'unknown' },
    })
    const now = record({
      name: 'c',
      type: { type: 'enum', name: 'E', symbols: ['unknown', 'red', 'green'], default: 'unknown' },
    })
    expect(read(old, now, avscType(now).toBuffer({ c: 'green' }))).toEqual({ c: 'unknown' })
  })

  test('a value becomes one of a union, and back where it can', () => {
    const plain = record({ name: 'a', type: 'string' })
    const union = record({ name: 'a', type: ['null', 'string'] })
    expect(read(union, plain, avscType(plain).toBuffer({ a: 'x' }))).toEqual({ a: 'x' })
  })

  test('a field that was renamed is found by its alias', () => {
    const old = record({ name: 'old', type: 'int' })
    const now = record({ name: 'now', type: 'int', aliases: ['old'] })
    expect(read(now, old, avscType(old).toBuffer({ old: 5 }))).toEqual({ now: 5 })
  })

  test('a schema that refers to itself can be skipped', () => {
    const tree = {
      type: 'record',
      name: 'T',
      fields: [
        { name: 'v', type: 'int' },
        { name: 'kids', type: { type: 'array', items: 'T' } },
      ],
    }
    const writer = record({ name: 'tree', type: tree }, { name: 'a', type: 'int' })
    const bytes = avscType(writer).toBuffer({ tree: { v: 1, kids: [{ v: 2, kids: [] }] }, a: 9 })
    expect(read(record({ name: 'a', type: 'int' }), writer, bytes)).toEqual({ a: 9 })
  })

  test('another record is refused, with the rule', () => {
    const compiled = compile(recordNode(v1), recordNode({ ...v1, name: 'Other' }))
    expect(compiled).toMatchObject({ kind: 'incompatible', reasons: [{ rule: 'name changed' }] })
  })
})

function outcomeOf(read: () => unknown): unknown {
  try {
    read()
    return 'read'
  } catch (error) {
    return error instanceof Malformed ? 'malformed' : error
  }
}

describe('bytes that are not what the schema says', () => {
  test('are refused, or read as something else, but never waited for', () => {
    const type = avscType(SCHEMAS.membership)
    const node = recordNode(SCHEMAS.membership)
    const compiled = compile(node, node)
    if (compiled.kind !== 'ok') throw new Error('cannot be')
    const cursor = new Cursor()
    const edits = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 })
    fc.assert(
      fc.property(valuesOf(node), edits, fc.nat(), (value, changes, cut) => {
        const bytes = Buffer.from(type.toBuffer(value))
        for (const [at, byte] of changes) bytes[at % bytes.length] = byte
        cursor.start(bytes.subarray(0, cut % 3 === 0 ? cut % bytes.length : bytes.length), 0)
        expect(outcomeOf(() => compiled.read(cursor))).toBeOneOf(['read', 'malformed'])
      }),
      { numRuns: 2_000 },
    )
  })

  // With avsc these two take seconds and gigabytes.
  test('an array of a billion items that are not there', () => {
    const schema = record({ name: 'list', type: { type: 'array', items: 'string' } })
    const bytes = Buffer.from('80a8d6b907', 'hex')
    expect(() => read(schema, schema, bytes)).toThrow('do not fit')
    expect(() => read(record({ name: 'a', type: 'int', default: 0 }), schema, bytes)).toThrow('do not fit')
  })

  test('an array of items that take no bytes', () => {
    const schema = record({ name: 'list', type: { type: 'array', items: 'null' } }, { name: 'pad', type: 'string' })
    const bytes = avscType(schema).toBuffer({ list: [null, null], pad: 'xxxxxxx' })
    expect(() => read(schema, schema, bytes)).toThrow('without content')
  })

  test.each([
    ['text longer than the value', record({ name: 'a', type: 'string' }), '20', 'past the end'],
    ['text of negative length', record({ name: 'a', type: 'string' }), '01', 'past the end'],
    ['number that never ends', record({ name: 'a', type: 'long' }), 'ffffffffffffffffffffff', 'too many bytes'],
    ['number beyond 2^53', record({ name: 'a', type: 'long' }), '8080808080808080208001', 'beyond 2^53'],
    ['number beyond 32 bits', record({ name: 'a', type: 'int' }), 'ffffffff7f', 'beyond 32 bits'],
    ['boolean of 2', record({ name: 'a', type: 'boolean' }), '02', 'boolean'],
    ['union without such a branch', record({ name: 'a', type: ['null', 'int'] }), '04', 'does not exist'],
    ['bytes left over', record({ name: 'a', type: 'int' }), '0200', 'left over'],
    ['nothing at all', record({ name: 'a', type: 'int' }), '', 'too early'],
    ['half a double', record({ name: 'a', type: 'double' }), '0000', 'past the end'],
  ])('%s', (_, schema, hex, message) => {
    expect(() => read(schema, schema, Buffer.from(hex, 'hex'))).toThrow(message)
  })

  test('a key that is called __proto__ is a key', () => {
    const schema = record({ name: 'map', type: { type: 'map', values: 'boolean' } })
    const bytes = Buffer.from([2, 18, ...Buffer.from('__proto__'), 1, 0])
    const value = Object(read(schema, schema, bytes))
    expect(Object.keys(value.map)).toEqual(['__proto__'])
    expect(Object.getPrototypeOf({})).toBe(Object.prototype)
  })
})
