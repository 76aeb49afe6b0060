import { createCodec, parseSchema, SCHEMAS, type StreamName } from '@perennial/streams'
import { SchemaError } from '../../../packages/streams/src/avro/form.ts'
import type { Target } from '../target.ts'

/** Runs where a schema's text has become code. */
const ESCAPE = '1);globalThis.escaped=1;('
const NAMES = Object.keys(SCHEMAS) as readonly StreamName[]
/** Of the wire format, and a body of small numbers. */
const VALUE = Buffer.concat([Buffer.from([0, 0, 0, 0, 1]), Buffer.alloc(200, 2)])

/** Schemas that writers registered, and the code that is made of them where their record is one of ours. */
export function createTarget(): Target {
  return {
    shape: 'json',
    samples: [...Object.values(SCHEMAS), ...SMALL].map((schema) => Buffer.from(schema)),
    words: [ESCAPE, ...WORDS],
    take(input) {
      const text = input.toString()
      const name = NAMES.find((one) => text.includes(recordOf(one))) ?? 'purchase'
      createCodec(() => text).decode(name, VALUE)
      parseSchema(text)
      if ('escaped' in globalThis) {
        Reflect.deleteProperty(globalThis, 'escaped')
        throw new TypeError('The text of a schema ran as code.')
      }
    },
    declared: (error) => error instanceof SchemaError,
  }
}

/** The name of a stream's record, as its schema says it. */
function recordOf(name: StreamName): string {
  return /"name":\s*"(\w+)"/.exec(SCHEMAS[name])?.[1] ?? name
}

const SMALL = [
  { type: 'record', name: 'Fixed', fields: [{ name: 'hash', type: { type: 'fixed', name: 'F', size: 4 } }] },
  {
    type: 'record',
    name: 'Tree',
    aliases: ['Old'],
    fields: [
      { name: 'next', type: ['null', 'Tree'], default: null },
      { name: 'kind', type: { type: 'enum', name: 'K', symbols: ['a', 'b'], default: 'a' }, aliases: ['sort'] },
      { name: 'all', type: { type: 'map', values: { type: 'array', items: 'long' } } },
    ],
  },
].map((schema) => JSON.stringify(schema))

const WORDS = [
  'record',
  'enum',
  'fixed',
  'array',
  'map',
  'union',
  'string',
  'bytes',
  'null',
  'Tree',
  'fields',
  'symbols',
]
