import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Released, SchemaFile } from './schema-rules.ts'

export const ROOT = join(import.meta.dirname, '../../..')
const SCHEMAS = join(ROOT, 'schemas')
export const RELEASED = join(SCHEMAS, 'released.json')

/** Every schema file, in the order of streams and versions. */
export function schemaFiles(): SchemaFile[] {
  return readdirSync(SCHEMAS, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name: stream }) =>
      readdirSync(join(SCHEMAS, stream)).flatMap((file) => {
        const version = /^v(\d+)\.avsc$/.exec(file)?.[1]
        if (version === undefined) return []
        return [{ stream, version: Number(version), text: readFileSync(join(SCHEMAS, stream, file), 'utf8') }]
      }),
    )
    .sort((a, b) => a.stream.localeCompare(b.stream) || a.version - b.version)
}

/** The newest version of every stream. */
export function latestSchemas(files: readonly SchemaFile[]): SchemaFile[] {
  return [...Map.groupBy(files, ({ stream }) => stream).values()].flatMap((versions) => versions.at(-1) ?? [])
}

export function releasedSchemas(): Released {
  return JSON.parse(readFileSync(RELEASED, 'utf8')) as Released
}

/** Of what the schema says: its layout may change, its words may not. */
export function fingerprint(text: string): string {
  return createHash('sha256')
    .update(JSON.stringify(JSON.parse(text)))
    .digest('hex')
    .slice(0, 32)
}
