import type { EpochMs } from '@perennial/member'

/** What an owner knows about its partition when it takes it over. */
export type Lease = Readonly<{
  partition: number
  /** Rises with every owner; a script by an older one changes nothing. */
  epoch: number
  /** The next offset of member-activity to fold. */
  nextOffset: number
  /** How many commits there have been, those included that leave the offset where it is. */
  revision: number
  /** True: nothing was stored here. Either the partition is new, or Redis lost it. */
  fresh: boolean
  /** Below this offset outreach stays silent: others have heard of it before the state was lost. */
  effectsFrom: number
  /** When the latest loss of state was noticed, 0 = never: silence that ended before it has been heard of as well. */
  lostAt: EpochMs
  /** How many facts this partition has sent to others. */
  sent: number
  /** Progress by source, as written by `commit`. */
  sources: ReadonlyMap<string, string>
  /** What was committed and perhaps not published yet, oldest first. */
  outbox: readonly OutboxEntry[]
  /** The earliest entry of the due-index, Infinity when empty. */
  earliestDue: EpochMs
  /** Number of the model by which every row has been scored, 0 = not noted. */
  scoredBy: number
}>

export type OutboxEntry = Readonly<{ sequence: number; value: Buffer }>

/** Everything one commit changes. */
export type Change = Readonly<{
  /** Names the commit: the same again is answered `repeated` and changes nothing. */
  token: string
  expectedOffset: number
  expectedRevision: number
  nextOffset: number
  sent: number
  rows: readonly (readonly [key: string, row: Uint8Array])[]
  rowsGone: readonly string[]
  due: readonly (readonly [key: string, at: EpochMs])[]
  dueGone: readonly string[]
  aliasDue: readonly (readonly [key: string, at: EpochMs])[]
  aliasDueGone: readonly string[]
  sources: readonly (readonly [field: string, value: string])[]
  outbox: OutboxEntry | undefined
  /** Sequences that have been published since. */
  outboxGone: readonly number[]
}>

export type CommitAnswer = 'applied' | 'repeated' | 'fenced' | 'conflict'

export type Reach = Readonly<{
  /**
   * How far others have heard, by the group's position. It is written after a commit: if it lies beyond what is
   * stored, Redis has come back with less than it had.
   */
  heardUntil: () => Promise<number | undefined>
  now: EpochMs
}>

export type Standing = Readonly<Pick<Lease, 'epoch' | 'nextOffset' | 'revision'>>

/**
 * Where the state of scoring partitions lives. One implementation, in Redis:
 * the promise it makes (all of a change or nothing, and only by the owner) is
 * what the whole pipeline rests on.
 */
export interface PartitionStore {
  /** Becomes the owner: raises the epoch, then reads, so that nothing read can still be changed by the last owner. */
  acquire(partition: number, reach: Reach): Promise<Lease>
  /** Whose the partition is and how far it stands, as stored right now. Undefined: nothing is stored. */
  standing(partition: number): Promise<Standing | undefined>
  /** Stored rows in the order of `keys`, null where there is none. */
  load(partition: number, keys: readonly string[]): Promise<Loaded>
  commit(lease: Lease, change: Change): Promise<CommitAnswer>
  /** Some stored rows, about `count`; begins with the cursor '0', and is at the end when it answers that. Every row that is there all the time comes at least once. */
  scan(partition: number, cursor: string, count: number): Promise<RowPage>
  /** How many rows there are. */
  rowCount(partition: number): Promise<number>
  /** Notes that every row has been scored by this model. False: somebody else owns the partition. */
  markScored(lease: Pick<Lease, 'partition' | 'epoch'>, model: number): Promise<boolean>
  /** The number noted last, 0 = none. */
  scoredBy(partition: number): Promise<number>
  /** Subjects due by `until`, earliest first. */
  due(partition: number, until: EpochMs, limit: number): Promise<DueSubjects>
  /** How many members and how many aliases without a member are in the due-index. */
  dueCounts(partition: number): Promise<{ members: number; aliases: number }>
  /** The aliases nearest to their expiry, beyond the first `keep`. */
  aliasesBeyond(partition: number, keep: number, limit: number): Promise<string[]>
}

/**
 * As the partition stood right after the reading, undefined: nothing is stored. What is read may be another owner's, and
 * gone again by the time of the commit, when the store has lost its latest second: the commit alone would not tell.
 */
type Read = Readonly<{ standing: Standing | undefined }>

export type Loaded = Read & Readonly<{ rows: readonly (Buffer | null)[] }>

export type RowPage = Read & Readonly<{ cursor: string; rows: readonly (readonly [key: string, row: Buffer])[] }>

/** `next`: when nobody is due by then, the earliest who will be. */
export type DueSubjects = Read & Readonly<{ members: readonly string[]; aliases: readonly string[]; next: EpochMs }>
