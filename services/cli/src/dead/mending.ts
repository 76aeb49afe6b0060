import { readVocabulary } from '@perennial/deployment'
import { readIngestConfig } from '@perennial/ingest'
import { STREAM_CODES } from '@perennial/member'
import type { Env, LogRecord, SchemaStore } from '@perennial/runtime'
import {
  encodeRecord,
  type Inputs,
  readLoosely,
  registrySubject,
  SCHEMAS,
  schemaIdOf,
  type SourceName,
  STREAMS,
  topicOf,
  violationsOf,
} from '@perennial/streams'
import { changesNothing, type Difference, differences, type Transformation, transformed } from './transformation.ts'

/** A dead letter as it would be sent: usable, or why not. */
export type Mended =
  | Readonly<{ kind: 'usable'; value: Buffer; changes: readonly Difference[] }>
  | Readonly<{ kind: 'unusable'; why: string; changes: readonly Difference[] }>

export type Mend = (record: LogRecord) => Promise<Mended>

export type MendOptions = Readonly<{
  transformation: Transformation
  /** Read the bytes with this schema of the registry, not with the one they name. */
  schema: number | undefined
}>

type Deps = Readonly<{ schemas: SchemaStore; env: Env; now: () => number }>

/** How records of a stream are mended. What comes out is judged as ingest will judge it, so that nothing dies twice. */
export async function createMend({ schemas, env, now }: Deps, name: SourceName, options: MendOptions): Promise<Mend> {
  const known = new Map<number, string | undefined>()
  const schemaOf = async (id: number) => {
    if (!known.has(id)) known.set(id, await schemas.schemaById(id))
    return known.get(id)
  }
  const { maxFutureMs, signalsFile } = readIngestConfig(env)
  const intake = STREAMS[name].intake((id) => known.get(id))
  const context = {
    source: { stream: STREAM_CODES[name], partition: 0, offset: 0 },
    hashEmail: () => 'unused',
    hashId: () => ({ hi: 0, lo: 0 }),
    maxFutureMs,
    vocabulary: readVocabulary(signalsFile),
  }

  async function judged(value: Buffer, changes: readonly Difference[]): Promise<Mended> {
    const id = schemaIdOf(value)
    if (id !== undefined) await schemaOf(id)
    const taken = intake(value, { ...context, receivedAt: now() }, () => false)
    if (taken.kind === 'unresolved') return { kind: 'unusable', why: `schema ${taken.id} is not known`, changes }
    if (taken.kind !== 'dead') return { kind: 'usable', value, changes }
    const { type, field, description } = taken.violation
    return { kind: 'unusable', why: [type, field, description].filter((part) => part !== '').join(' '), changes }
  }

  return async ({ value }) => {
    if (value === null) return { kind: 'unusable', why: 'it has no value', changes: [] }
    if (changesNothing(options.transformation) && options.schema === undefined) return judged(value, [])
    const id = options.schema ?? schemaIdOf(value)
    const schema = id === undefined ? undefined : await schemaOf(id)
    const before = schema === undefined ? undefined : read(value, schema)
    if (before === undefined) return { kind: 'unusable', why: whyUnread(id, schema), changes: [] }
    const after = transformed(before, options.transformation)
    const changes = differences(before, after)
    const [first] = violationsOf(name, after)
    if (first !== undefined)
      return { kind: 'unusable', why: `${first.type} ${first.field} ${first.description}`, changes }
    const ours = await schemas.register(registrySubject(topicOf(name)), SCHEMAS[name])
    // Just checked.
    return judged(encodeRecord(name, after as Inputs[SourceName], ours), changes)
  }
}

function whyUnread(id: number | undefined, schema: string | undefined): string {
  if (id === undefined) return 'its bytes name no schema: say which with --schema'
  return schema === undefined ? `the registry has no schema ${id}` : `its bytes are not of schema ${id}`
}

function read(value: Buffer, schema: string): unknown {
  try {
    return readLoosely(value, schema)
  } catch {
    return undefined
  }
}
