import * as fc from 'fast-check'
import type { Node } from '../avro/parse.ts'

/** Without the key that avsc takes for the prototype. */
const KEYS = fc.string({ maxLength: 10 }).filter((key) => key !== '__proto__')

/** Values of a schema without references to itself. Long values keep clear of 2^53, which avsc refuses a little early. */
export function valuesOf(node: Node): fc.Arbitrary<unknown> {
  switch (node.kind) {
    case 'null':
      return fc.constant(null)
    case 'boolean':
      return fc.boolean()
    case 'int':
      return fc.integer()
    case 'long':
      return fc.oneof(fc.integer(), fc.integer({ min: -(2 ** 52), max: 2 ** 52 }), fc.constant(1_700_000_000_000))
    case 'float':
      return fc.float({ noNaN: true })
    case 'double':
      return fc.double({ noNaN: true })
    case 'string':
      return fc.oneof(fc.string({ maxLength: 40 }), fc.string({ unit: 'grapheme', maxLength: 10 }))
    case 'bytes':
      return fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes))
    case 'fixed':
      return fc.uint8Array({ minLength: node.size, maxLength: node.size }).map((bytes) => Buffer.from(bytes))
    case 'enum':
      return fc.constantFrom(...node.symbols)
    case 'array':
      return fc.array(valuesOf(node.items), { maxLength: 4 })
    case 'map':
      return fc.dictionary(KEYS, valuesOf(node.values), { maxKeys: 4 })
    case 'union':
      return fc.oneof(...node.branches.map(valuesOf))
    case 'record':
      return fc.record(Object.fromEntries(node.fields.map(({ name, type }) => [name, valuesOf(type)])))
  }
}
