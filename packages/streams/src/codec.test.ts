import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseSchema } from './avro/parse.ts'
import { createCodec, encodeRecord } from './codec.ts'
import type { StreamName } from './names.ts'
import { createReader } from './reader.ts'
import { type Inputs, type Records, SCHEMAS } from './registry.ts'
import { valuesOf } from './testing/arbitrary.ts'
import { ENVELOPE } from './testing/facts-of.ts'
import { violationsOf } from './violations.ts'
import { schemaIdOf } from './wire.ts'

const names = Object.keys(SCHEMAS) as StreamName[]
const schemaById = (id: number) => SCHEMAS[names[id] ?? 'purchase']
const visit = { ...ENVELOPE, type: 'page_viewed' } as const

test.each(names)('%s comes back as it was written', (name) => {
  const codec = createCodec(schemaById)
  fc.assert(
    fc.property(valuesOf(parseSchema(SCHEMAS[name])), (record) => {
      const value = encodeRecord(name, record as Inputs[typeof name], names.indexOf(name))
      expect(codec.decode(name, value)).toEqual({ kind: 'ok', record: record as Records[typeof name] })
    }),
    { numRuns: 30 },
  )
})

test('a value begins with a zero and its schema’s id, as Confluent’s clients write it', () => {
  expect(encodeRecord('website-activity', visit, 0x01020304).subarray(0, 5).toString('hex')).toBe('0001020304')
})

test('an encoded record keeps its memory when the next one is encoded', () => {
  const first = encodeRecord('website-activity', visit, 1)
  const copy = Buffer.from(first)
  encodeRecord('website-activity', { ...visit, eventId: 'x'.repeat(100_000) }, 2)
  expect(first.equals(copy)).toBe(true)
})

test.each([
  ['0000000007', 7],
  ['00ffffffff', 0xffffffff],
  ['00000000', undefined],
  ['0100000007', undefined],
  ['', undefined],
])('the schema id of %s is %s', (hex, id) => {
  expect(schemaIdOf(Buffer.from(hex, 'hex'))).toBe(id)
})

describe('a reader', () => {
  const schema = SCHEMAS['website-activity']

  test('says so when it does not know the schema yet, and reads once it does', () => {
    const known = new Map<number, string>()
    const read = createReader(schema, (id) => known.get(id))
    const value = encodeRecord('website-activity', visit, 9)
    expect(read(value)).toEqual({ kind: 'unresolved', id: 9 })
    known.set(9, schema)
    expect(read(value)).toMatchObject({ kind: 'ok', record: { type: 'page_viewed' } })
  })

  test('reads only what it is asked for', () => {
    const read = createReader<{ eventId: string }>(schema, () => schema, ['eventId'])
    expect(read(encodeRecord('website-activity', visit, 1))).toEqual({ kind: 'ok', record: { eventId: 'e-1' } })
  })

  test('compiles once per schema, and forgets when there are too many', () => {
    let asked = 0
    const read = createReader(schema, () => {
      asked++
      return schema
    })
    const value = encodeRecord('website-activity', visit, 1)
    for (let i = 0; i < 10; i++) read(value)
    expect(asked).toBe(1)
    for (let id = 2; id <= 100; id++) read(encodeRecord('website-activity', visit, id))
    read(value)
    expect(asked).toBe(101)
  })

  test('names the field at which the bytes are broken', () => {
    const value = encodeRecord('website-activity', visit, 1)
    // The type is the first byte after the source: an enum of nine symbols.
    value[value.indexOf('test') + 4] = 200
    expect(createReader(schema, () => schema)(value)).toMatchObject({
      kind: 'dead',
      stage: 'decode',
      violation: { type: 'Datatype-Mismatch', field: 'type' },
    })
  })

  test.each([
    ['another stream’s', SCHEMAS.purchase, 'name changed'],
    ['nobody’s', '{"type":"nonsense"}', 'not usable'],
    [
      'a newer one without a field that we need',
      schema.replace('"name":"eventId"', '"name":"id"'),
      'field without default added',
    ],
  ])('sets aside what is written with %s schema', (_, writer, message) => {
    const verdict = createReader(schema, () => writer)(encodeRecord('website-activity', visit, 3))
    expect(verdict).toMatchObject({ kind: 'dead', violation: { description: expect.stringContaining(message) } })
  })
})

describe('what is wrong with a value from outside', () => {
  test.each<[string, unknown, readonly (readonly [string, string])[]]>([
    ['nothing', visit, []],
    ['nothing, with defaults left out', { ...visit, member: {} }, []],
    ['a field is missing', { ...visit, eventId: undefined }, [['Required-Missing', 'eventId']]],
    ['a field has another type', { ...visit, occurredAt: 'today' }, [['Datatype-Mismatch', 'occurredAt']]],
    [
      'a field inside has another type',
      { ...visit, member: { memberId: 7 } },
      [['Datatype-Mismatch', 'member.memberId']],
    ],
    ['a type that is not in the vocabulary', { ...visit, type: 'danced' }, [['Datatype-Mismatch', 'type']]],
    ['a field too many', { ...visit, colour: 'red' }, [['Additional-Properties', '']]],
    [
      'several things',
      { ...visit, eventId: 1, source: 2 },
      [
        ['Datatype-Mismatch', 'eventId'],
        ['Datatype-Mismatch', 'source'],
      ],
    ],
    ['it is no record', 'visit', [['Datatype-Mismatch', '']]],
  ])('%s', (_, value, expected) => {
    expect(violationsOf('website-activity', value).map(({ type, field }) => [type, field])).toEqual(expected)
  })

  test.each([
    [{ url: 5 }, 'The value is not null or a text.'],
    [{ occurredAt: 'today' }, 'The value is not a whole number.'],
    [{ type: 'danced' }, /^The value is not one of .*page_viewed, .*signed_in.*\.$/],
  ])('%j: what it should be is said as a producer reads it', (changes, said) => {
    expect(violationsOf('website-activity', { ...visit, ...changes })[0]?.description).toMatch(said)
  })
})
