import type { LogRecord, TopicPartition } from '../../ports.ts'

/** A log that is read by asking: what `PullConsumption` needs of it. */
export type Fetched = Readonly<{
  records: readonly LogRecord[]
  end: number
  /**
   * Which life of the log this comes from. After a crash it may have come back with less than it had, and have
   * grown again since: positions of another generation mean nothing.
   */
  generation: string
}>

export type PullSource = Readonly<{
  /** Some records from `from` on, none at the end. `bytes` is a wish, not a limit. */
  fetch(tp: TopicPartition, from: number, bytes: number): Promise<Fetched>
  generation(): Promise<string>
  /** Calls back when a partition, or everything (undefined), may have grown. Answers how to stop. */
  onGrowth(listener: (key: string | undefined) => void): () => void
}>

/** What a member is to own: keep and take, or give up. */
export type Turn = Readonly<{ keep: readonly TopicPartition[]; surplus: readonly TopicPartition[] }>

/** This member's place in a group. One object is one member. */
export type Membership = Readonly<{
  /** Joins, or renews the lease; undefined when the lease had run out: then all is lost. */
  turn(join: boolean): Promise<Turn | undefined>
  release(tps: readonly TopicPartition[]): Promise<void>
  /** Stores positions of what is still owned. */
  commit(positions: readonly Readonly<{ tp: TopicPartition; offset: number }>[]): Promise<void>
  leave(): Promise<void>
  /** Calls back when the group has changed: take a turn soon. */
  onChange(listener: () => void): () => void
}>
