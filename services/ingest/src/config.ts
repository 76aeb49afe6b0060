import { MINUTE_MS } from '@perennial/member'
import { type ContactKeys, type Env, readContactKeys, readEnv } from '@perennial/runtime'

export type IngestConfig = Readonly<{
  /** How far in the future of its arrival a fact may be dated, in ms. */
  maxFutureMs: number
  /** The largest share of bad records among the last 1,000 of a partition, 0 to 1; beyond it the partition is stopped. */
  badShare: number
  /** Key of the hash that stands for email addresses. Without one the hashes can be guessed. */
  identityKey: string | undefined
  /** What the members' addresses are sealed with; undefined: no address is kept. */
  contactKeys: ContactKeys | undefined
  /** A signals file; undefined = the built-in signals alone. The same for all services. */
  signalsFile: string | undefined
  /** How long the first fact of a send waits for others, in ms. 2 was best for latency at 10,000 facts/s. */
  lingerMs: number
  /** How long a record of a schema that the registry does not know may hold its partition up before it is an error, in ms. */
  schemaPatienceMs: number
  /** Ids that the registry will never know: records written with them are set aside instead of waited for. */
  deadSchemaIds: ReadonlySet<number>
}>

export function readIngestConfig(env: Env): IngestConfig {
  return readEnv(env, (from) => ({
    maxFutureMs: from.number('MAX_FUTURE_MINUTES', 5, { min: 0, max: 1_440 }) * MINUTE_MS,
    badShare: from.number('BAD_RECORD_SHARE', 0.05, { min: 0, max: 1 }),
    identityKey: from.secret('IDENTITY_KEY'),
    contactKeys: readContactKeys(from),
    signalsFile: from.optional('PERENNIAL_SIGNALS'),
    lingerMs: from.number('INGEST_LINGER_MS', 2, { min: 0, max: 1_000 }),
    schemaPatienceMs: from.number('SCHEMA_PATIENCE_MINUTES', 5, { min: 0 }) * MINUTE_MS,
    deadSchemaIds: new Set(from.list('DEAD_SCHEMA_IDS').map((id) => schemaId(id, from.problems))),
  }))
}

function schemaId(text: string, problems: string[]): number {
  const id = Number(text)
  if (Number.isInteger(id) && id >= 0) return id
  problems.push(`DEAD_SCHEMA_IDS holds '${text}', which is no schema id. Example: DEAD_SCHEMA_IDS=4711,4712`)
  return -1
}
