import type { Node } from './avro/parse.ts'

/** Of no enum: symbols are names. */
const NO_SYMBOL = ''

/**
 * The value, with what stands in the place of an enum and is none of its symbols made a text that is none. avsc looks
 * symbols up as keys of an object: it takes `constructor` and `["a"]` for symbols, and throws on `{ "toString": 1 }`.
 */
export function withPlainEnums(node: Node, value: unknown): unknown {
  switch (node.kind) {
    case 'enum':
      return value === undefined || node.symbols.some((symbol) => symbol === value) ? value : NO_SYMBOL
    case 'union':
      return inUnion(node.branches, value)
    case 'array':
      return Array.isArray(value) ? value.map((item) => withPlainEnums(node.items, item)) : value
    case 'map':
      return isObject(value) ? mapped(value, () => node.values) : value
    case 'record':
      return isObject(value) ? mapped(value, (key) => node.fields.find(({ name }) => name === key)?.type) : value
    default:
      return value
  }
}

/** Of our unions, the ones with an enum hold nothing else but null. */
function inUnion(branches: readonly Node[], value: unknown): unknown {
  const [branch, ...others] = branches.filter(({ kind }) => kind !== 'null')
  return value === null || branch === undefined || others.length > 0 ? value : withPlainEnums(branch, value)
}

function mapped(value: object, typeOf: (key: string) => Node | undefined): object {
  const entries = Object.entries(value).map(([key, inner]): [string, unknown] => {
    const type = typeOf(key)
    return [key, type === undefined ? inner : withPlainEnums(type, inner)]
  })
  return Object.fromEntries(entries)
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
