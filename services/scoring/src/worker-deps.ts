import type { Chunk } from '@perennial/engine'
import type { Clock, LogRecord, PartitionStore, ShadowStore } from '@perennial/runtime'
import type { ActiveModel } from './active-model.ts'
import type { ChunkPool } from './chunk-pool.ts'
import type { OpenBlock } from './gather.ts'
import type { Hearing } from './hearing.ts'
import type { Publisher } from './publisher.ts'
import type { SnapshotWriter } from './snapshots/writer.ts'
import type { Telemetry } from './telemetry.ts'

export type WorkerDeps = Readonly<{
  store: PartitionStore
  clock: Clock
  telemetry: Telemetry
  /** The model of the next commit. */
  model: () => ActiveModel
  shadows: Pick<ShadowStore, 'wants' | 'note'>
  /** How long before a link an alias's last activity may lie and still count for the member. */
  aliasMs: number
  /** How many partitions facts for other rows may go to. */
  partitions: number
  /** Aliases without a member kept per partition. */
  maxAliases: number
  publisher: Publisher
  /** Facts a partition cannot use, put aside before the position moves. */
  putAside: (partition: number, broken: Chunk['broken'], records: readonly LogRecord[]) => Promise<void>
  nextToken: () => string
  openBlock: OpenBlock
  /** Keeps to itself what must not be said of those who were erased. */
  hearing: Hearing
  /** The deployment's keyed hash of a subject, by which those who were erased are known. */
  pseudonym: (key: string) => string
  /** Facts were folded that are not fresh: more of them may wait upstream. */
  foldedHistory: () => void
  chunks: ChunkPool
  /** Undefined: none are taken. */
  snapshots?: SnapshotWriter
  /** True: state alone is made, and nobody is told anything. */
  silent?: boolean
}>

/** What a commit says beside the chunk. Where left out: no subject goes, none of the index is stale, the position stays. */
export type Result = Readonly<{
  model: ActiveModel
  nextOffset?: number
  gone?: readonly string[]
  stale?: readonly string[]
}>
