import { type Node, parseSchema } from './avro/parse.ts'
import { avroType } from './codec.ts'
import type { StreamName } from './names.ts'
import { withPlainEnums } from './plain-enums.ts'
import { SCHEMAS } from './registry.ts'
import type { Violation } from './verdict.ts'

/**
 * Everything that keeps a value from being a record of the stream, with the path of each field:
 * for values that come as JSON from outside. None means that `encodeRecord` takes it.
 */
export function violationsOf(name: StreamName, given: unknown): Violation[] {
  const type = avroType(name)
  const value = withPlainEnums(nodeOf(name), given)
  const found: Violation[] = []
  type.isValid(value, {
    errorHook: (path, wrong, expected) => {
      const field = path.join('.')
      if (wrong === undefined) found.push({ type: 'Required-Missing', field, description: 'The field is missing.' })
      else
        found.push({ type: 'Datatype-Mismatch', field, description: `The value is not ${named(expected.schema())}.` })
    },
  })
  if (found.length > 0) return found
  // Asked only now, because avsc stops at the first record with an unknown field.
  type.isValid(value, {
    noUndeclaredFields: true,
    errorHook: (path) =>
      found.push({
        type: 'Additional-Properties',
        field: path.join('.'),
        description: 'There are fields that the schema does not know.',
      }),
  })
  return found
}

const nodes = new Map<StreamName, Node>()

function nodeOf(name: StreamName): Node {
  const node = nodes.get(name) ?? parseSchema(SCHEMAS[name])
  nodes.set(name, node)
  return node
}

const WORDS: Readonly<Record<string, string>> = {
  null: 'null',
  boolean: 'true or false',
  int: 'a whole number',
  long: 'a whole number',
  float: 'a number',
  double: 'a number',
  string: 'a text',
  array: 'a list',
  map: 'an object',
  record: 'an object',
}

/** A type as a producer should read it: `null or a text`, not `union:unwrapped`; an enum by what it may be. */
function named(schema: unknown): string {
  if (Array.isArray(schema)) return schema.map(named).join(' or ')
  if (typeof schema === 'string') return WORDS[schema] ?? schema
  const { type, symbols } = Object(schema)
  return Array.isArray(symbols) ? `one of ${symbols.join(', ')}` : named(type)
}
