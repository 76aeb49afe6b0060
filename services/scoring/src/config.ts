import { DAY_MS, MINUTE_MS } from '@perennial/member'
import { type Env, readEnv } from '@perennial/runtime'

export type ScoringConfig = Readonly<{
  /** How long before a link an alias's last activity may lie and still count for the member. */
  aliasMs: number
  /** Aliases without a member kept per partition; beyond, those nearest to their expiry go. */
  maxAliases: number
  /** A model file; undefined = the starter model that comes with the program. */
  modelFile: string | undefined
  /** A signals file; undefined = the built-in signals alone. The same for all services. */
  signalsFile: string | undefined
  /** Rows looked at a second after another model was promoted, by each process; a tenth of it while facts wait. */
  rescorePerSecond: number
  /** Key of the hashes by which those who were erased are known; the same for all services. */
  identityKey: string | undefined
  /** Between two snapshots of a partition, 0 = none. On Kafka alone: the embedded log is lost with the state. */
  snapshotMs: number
}>

export function readScoringConfig(env: Env): ScoringConfig {
  return readEnv(env, (from) => ({
    aliasMs: from.integer('ALIAS_DAYS', 180, { min: 1 }) * DAY_MS,
    maxAliases: from.integer('MAX_ALIASES_PER_PARTITION', 1_000_000, { min: 1 }),
    modelFile: from.optional('PERENNIAL_MODEL'),
    signalsFile: from.optional('PERENNIAL_SIGNALS'),
    rescorePerSecond: from.integer('RESCORE_ROWS_PER_SECOND', 10_000, { min: 100 }),
    identityKey: from.secret('IDENTITY_KEY'),
    snapshotMs: from.number('SNAPSHOT_MINUTES', 360, { min: 0, max: 1_440 }) * MINUTE_MS,
  }))
}
