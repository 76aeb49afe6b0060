import type { EnumNode, FixedNode, Node, RecordNode } from './parse.ts'

/** The rules by which data written with one schema can be read with another, as the Avro specification gives them. */
export type CompatibilityRule =
  | 'field without default added'
  | 'type changed'
  | 'logical type changed'
  | 'name changed'
  | 'symbol removed'
  | 'union branch removed'
  | 'size changed'

export type Incompatibility = Readonly<{ rule: CompatibilityRule; path: string; message: string }>

/** Every reason why `reader` cannot read what was written with `writer`; none means that it can. */
export function incompatibilities(reader: Node, writer: Node): Incompatibility[] {
  return compare(reader, writer, '', new Set())
}

/** The types a number may be read as, by the type it was written with. */
const PROMOTIONS: Readonly<Partial<Record<Node['kind'], readonly Node['kind'][]>>> = {
  int: ['long', 'float', 'double'],
  long: ['float', 'double'],
  float: ['double'],
  string: ['bytes'],
  bytes: ['string'],
}

type Seen = Set<string>

function compare(reader: Node, writer: Node, path: string, seen: Seen): Incompatibility[] {
  if (writer.kind === 'union') return compareWriterUnion(reader, writer.branches, path, seen)
  if (reader.kind === 'union') {
    const found = matchingBranch(reader.branches, writer)
    const message = `${describe(writer)} is not one of the types it may be`
    return found === undefined ? [{ rule: 'union branch removed', path, message }] : compare(found, writer, path, seen)
  }
  if (reader.kind !== writer.kind) {
    if (PROMOTIONS[writer.kind]?.includes(reader.kind) === true) return []
    return [{ rule: 'type changed', path, message: `${describe(writer)} cannot be read as ${describe(reader)}` }]
  }
  return compareSameKind(reader, writer, path, seen)
}

function compareSameKind(reader: Node, writer: Node, path: string, seen: Seen): Incompatibility[] {
  if (reader.kind === 'record' && writer.kind === 'record') return compareRecords(reader, writer, path, seen)
  if (reader.kind === 'enum' && writer.kind === 'enum') return compareEnums(reader, writer, path)
  if (reader.kind === 'array' && writer.kind === 'array') return compare(reader.items, writer.items, path, seen)
  if (reader.kind === 'map' && writer.kind === 'map') return compare(reader.values, writer.values, path, seen)
  if (reader.kind === 'fixed' && writer.kind === 'fixed') {
    const message = `${writer.size} bytes cannot be read as ${reader.size}`
    return [
      ...compareNames(reader, writer, path),
      ...(reader.size === writer.size ? [] : [{ rule: 'size changed' as const, path, message }]),
    ]
  }
  return compareLogical(reader, writer, path)
}

/** Milliseconds read as microseconds are wrong by a thousand, and no decoder would notice. */
function compareLogical(reader: Node, writer: Node, path: string): Incompatibility[] {
  if (!('logicalType' in reader && 'logicalType' in writer)) return []
  const [now, before] = [reader.logicalType, writer.logicalType]
  if (now === undefined || before === undefined || now === before) return []
  return [{ rule: 'logical type changed', path, message: `${before} cannot be read as ${now}` }]
}

function compareWriterUnion(reader: Node, branches: readonly Node[], path: string, seen: Seen): Incompatibility[] {
  return branches.flatMap((branch) => compare(reader, branch, path, seen))
}

function compareRecords(reader: RecordNode, writer: RecordNode, path: string, seen: Seen): Incompatibility[] {
  const pair = `${reader.name} ${writer.name}`
  if (seen.has(pair)) return []
  seen.add(pair)
  const named = compareNames(reader, writer, path)
  if (named.length > 0) return named
  return reader.fields.flatMap((field) => {
    const inner = path === '' ? field.name : `${path}.${field.name}`
    const written = writer.fields.find(({ name }) => name === field.name || field.aliases.includes(name))
    if (written !== undefined) return compare(field.type, written.type, inner, seen)
    if (field.fallback !== undefined) return []
    return [{ rule: 'field without default added' as const, path: inner, message: 'it is not in what was written' }]
  })
}

function compareEnums(reader: EnumNode, writer: EnumNode, path: string): Incompatibility[] {
  const named = compareNames(reader, writer, path)
  if (named.length > 0 || reader.fallback !== undefined) return named
  const gone = writer.symbols.filter((symbol) => !reader.symbols.includes(symbol))
  if (gone.length === 0) return []
  return [{ rule: 'symbol removed', path, message: `${gone.join(', ')} cannot be read, and the enum has no default` }]
}

type NamedNode = RecordNode | EnumNode | FixedNode

function compareNames(reader: NamedNode, writer: NamedNode, path: string): Incompatibility[] {
  if (sameName(reader, writer)) return []
  return [{ rule: 'name changed', path, message: `${writer.name} cannot be read as ${reader.name}` }]
}

function sameName(reader: NamedNode, writer: NamedNode): boolean {
  return lastPart(reader.name) === lastPart(writer.name) || reader.aliases.includes(writer.name)
}

function lastPart(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1)
}

/** The branch of a reader's union that takes what was written: the same type first, else one it can become. */
export function matchingBranch(branches: readonly Node[], writer: Node): Node | undefined {
  return (
    branches.find(
      (branch) => isNamed(branch) && isNamed(writer) && branch.kind === writer.kind && sameName(branch, writer),
    ) ??
    branches.find((branch) => !isNamed(branch) && branch.kind === writer.kind) ??
    branches.find((branch) => PROMOTIONS[writer.kind]?.includes(branch.kind) === true)
  )
}

function isNamed(node: Node): node is NamedNode {
  return node.kind === 'record' || node.kind === 'enum' || node.kind === 'fixed'
}

function describe(node: Node): string {
  return isNamed(node) ? `${node.kind} ${node.name}` : node.kind
}
