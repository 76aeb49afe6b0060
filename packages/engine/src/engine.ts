import { type EpochMs, STREAM_CODES } from '@perennial/member'
import type { Chunk } from './chunk.ts'
import type { ModelInUse } from './model-in-use.ts'

/** What one scoring partition is made of; the same for a whole commit. */
export type Engine = Readonly<{
  partition: number
  model: ModelInUse
  /** How long before a link an alias's last activity may lie and still count for the member. */
  aliasMs: number
  /** The deployment's keyed hash of a subject, by which those who were erased are known. */
  pseudonym: (key: string) => string
}>

/** One commit in the making. */
export type Work = Readonly<{
  engine: Engine
  state: PartitionState
  chunk: Chunk
  /** The time of the partition, where it can be told: rows that another model evaluated are taken over as of then. */
  clock?: EpochMs
}>

/** How far a source partition has been folded, and how far its event time has come. */
export type SourceProgress = { position: number; newestAt: EpochMs }

/** The latest word on somebody who was erased: `at` orders what was said, whatever comes twice or late. */
export type Erasure = Readonly<{ at: EpochMs; readmits: boolean }>

/** What a partition keeps beside its rows; stored with them, in the same commit. */
export type PartitionState = {
  /** By `sourceKey`. */
  readonly sources: Map<number, SourceProgress>
  /** How many facts this partition has sent to others. */
  sent: number
  /** Who was erased, by pseudonym. Only facts in the log change it. */
  readonly erasures: Map<string, Erasure>
  /** Pseudonyms whose entry the next commit has to write. */
  readonly erased: Set<string>
  /** Sources that moved since this was last emptied: what the next commit has to write. */
  readonly touched: Set<number>
}

export function newPartitionState(): PartitionState {
  return { sources: new Map(), sent: 0, erasures: new Map(), erased: new Set(), touched: new Set() }
}

/** One number for a source partition: partitions are below 65,536. */
export function sourceKey(stream: number, partition: number): number {
  return stream * 65_536 + partition
}

export function sourceOf(key: number): { stream: number; partition: number } {
  return { stream: Math.floor(key / 65_536), partition: key % 65_536 }
}

/** True for what partitions send each other: its event times say nothing about how far a source has come. */
export function isInternal(key: number): boolean {
  return sourceOf(key).stream === STREAM_CODES['member-activity']
}
