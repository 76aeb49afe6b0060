import { incompatibilities } from '../src/avro/compatibility.ts'
import { SchemaError } from '../src/avro/form.ts'
import { type Node, parseSchema } from '../src/avro/parse.ts'

/** One file of schemas/, for example schemas/purchase/v2.avsc. */
export type SchemaFile = Readonly<{ stream: string; version: number; text: string }>

/** The fingerprints of released files, by `<stream>/v<version>`. */
export type Released = Readonly<Record<string, string>>

/**
 * Everything that is wrong with the schemas, one sentence each; none means that they may be released.
 * A released file never changes; a new version must be readable where any older one was written
 * (BACKWARD_TRANSITIVE); and every schema keeps to the rules of the house.
 */
export function schemaProblems(
  files: readonly SchemaFile[],
  released: Released,
  fingerprint: (text: string) => string,
): string[] {
  const problems = lockProblems(files, released, fingerprint)
  for (const [stream, versions] of Map.groupBy(files, (file) => file.stream)) {
    const sorted = versions.toSorted((a, b) => a.version - b.version)
    const nodes = sorted.map((file) => ({ file, node: parsed(file, problems) }))
    for (const [i, { file, node }] of nodes.entries()) {
      if (file.version !== i + 1) problems.push(`schemas/${stream}: v${i + 1} is missing`)
      if (node === undefined) continue
      problems.push(...houseProblems(nameOf(file), node))
      for (const older of nodes.slice(0, i)) problems.push(...compatibilityProblems(file, node, older))
    }
  }
  return problems
}

function lockProblems(
  files: readonly SchemaFile[],
  released: Released,
  fingerprint: (text: string) => string,
): string[] {
  return Object.entries(released).flatMap(([key, known]) => {
    const file = files.find(({ stream, version }) => `${stream}/v${version}` === key)
    if (file === undefined) return [`schemas/${key}.avsc is released and must not go away`]
    if (fingerprint(file.text) === known) return []
    return [`schemas/${key}.avsc is released and must not change: write the change as v${file.version + 1}.avsc`]
  })
}

function parsed(file: SchemaFile, problems: string[]): Node | undefined {
  try {
    return parseSchema(file.text)
  } catch (error) {
    if (!(error instanceof SchemaError)) throw error
    problems.push(`${nameOf(file)}: ${error.message}`)
    return undefined
  }
}

function compatibilityProblems(
  file: SchemaFile,
  node: Node,
  older: Readonly<{ file: SchemaFile; node: Node | undefined }>,
): string[] {
  if (older.node === undefined) return []
  return incompatibilities(node, older.node).map(
    ({ rule, path, message }) =>
      `${nameOf(file)} cannot read v${older.file.version}: ${rule} at '${path}' (${message})`,
  )
}

function houseProblems(name: string, root: Node): string[] {
  if (root.kind !== 'record') return [`${name}: a stream's schema must be a record`]
  const problems: string[] = []
  walk(root, '', new Set(), (node, path) => {
    const where = `${name}${path === '' ? '' : ` '${path}'`}`
    if (node.kind === 'enum' && node.fallback === undefined) {
      problems.push(`${where}: an enum needs a default, or a new symbol breaks every reader`)
    }
    if (node.kind === 'null' || (node.kind === 'record' && node.fields.length === 0)) {
      problems.push(`${where}: a type without content has no use, and an array of it no bounds`)
    }
    if ('name' in node && !node.name.startsWith('org.perennial.')) {
      problems.push(`${where}: ${node.name} is not in the namespace org.perennial`)
    }
    if (node.kind === 'record') {
      for (const field of node.fields) {
        if ((field.doc ?? '') === '') problems.push(`${where}: the field '${field.name}' has no doc`)
      }
    }
  })
  return problems
}

/** Visits every type once; the null of an optional field is not a type of its own. */
function walk(node: Node, path: string, seen: Set<Node>, visit: (node: Node, path: string) => void): void {
  if (node.kind === 'union') {
    for (const branch of node.branches) if (branch.kind !== 'null') walk(branch, path, seen, visit)
    return
  }
  if (seen.has(node)) return
  seen.add(node)
  visit(node, path)
  if (node.kind === 'array') walk(node.items, path, seen, visit)
  if (node.kind === 'map') walk(node.values, path, seen, visit)
  if (node.kind !== 'record') return
  for (const field of node.fields) walk(field.type, path === '' ? field.name : `${path}.${field.name}`, seen, visit)
}

function nameOf({ stream, version }: SchemaFile): string {
  return `schemas/${stream}/v${version}.avsc`
}
