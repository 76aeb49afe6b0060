import { type Fact, memberKey } from '@perennial/member'
import {
  type AddressBook,
  type Batch,
  type Consumption,
  deadLetter,
  type Erasures,
  type Log,
  type LogRecord,
} from '@perennial/runtime'
import type { Mailbox } from '@perennial/streams'
import manifest from '../package.json' with { type: 'json' }
import type { BlockSender, SendLane } from './block-sender.ts'
import { readPast } from './past.ts'
import type { Positions } from './positions.ts'
import { type SchemaCache, unknownSchema } from './schema-cache.ts'
import type { Owned } from './sources.ts'
import type { StoppedPartitions } from './stopped-partitions.ts'
import { Tally } from './tally.ts'
import type { Telemetry } from './telemetry.ts'

export type HandleDeps = Readonly<{
  log: Pick<Log, 'read' | 'startOffsets'>
  sender: BlockSender
  schemas: SchemaCache
  positions: Positions
  telemetry: Telemetry
  stopped: Pick<StoppedPartitions, 'add'>
  /** Undefined: no address is kept. */
  addresses: Pick<AddressBook, 'keep'> | undefined
  /** Who must not come back. */
  erasures: Pick<Erasures, 'barOf' | 'size'>
}>

/** Records judged between two looks at the room, the group and the stop sign: a few milliseconds of work. */
const CHUNK = 1_000

type Stop = Readonly<{ offset: number; share: number }>

/** How far a batch has come. */
type Pass = {
  readonly lane: SendLane
  readonly tally: Tally
  next: number
  stop: Stop | undefined
  /** The schema that the record at `next` was written with, and that nobody knows. */
  unknown: number | undefined
  /** What the records said of members' addresses; undefined where none is kept. */
  readonly mailboxes: Mailbox[] | undefined
  readonly erasures: HandleDeps['erasures']
}

/**
 * Takes a batch in: judges its records in order, packs their facts, sets the bad ones aside, and moves the
 * position once the log has acknowledged all of it. Throws when the batch must come again: what could not be
 * sent was not counted, and what was sent all the same is recognised by its position.
 */
export async function takeBatch(deps: HandleDeps, owned: Owned, batch: Batch, consumption: Consumption): Promise<void> {
  const first = batch.records[0]?.offset ?? 0
  await recall(deps, owned, first)
  const pass = begin(deps, first)
  let failure: Readonly<{ error: unknown }> | undefined
  try {
    await takeChunks(deps, owned, batch, pass)
  } catch (error) {
    failure = { error }
  }
  // What came before the failure is done all the same, unless it was the sending that failed: then this throws.
  await pass.lane.flushed()
  // Before the position moves on, so that none is lost; after the facts, so that these wait for nobody.
  if (pass.mailboxes !== undefined && pass.mailboxes.length > 0) await deps.addresses?.keep(pass.mailboxes)
  deps.telemetry.taken(owned, pass.tally)
  if (pass.next > first) deps.positions.done(owned.tp, pass.next)
  const ends = pass.stop !== undefined || pass.unknown !== undefined || failure !== undefined || batch.stopping()
  if (ends) await deps.positions.flush()
  if (pass.stop !== undefined) stopPartition(deps, owned, consumption, pass.stop)
  if (failure !== undefined) throw failure.error
  if (pass.unknown === undefined) return
  deps.telemetry.waiting(owned, pass.unknown)
  throw unknownSchema(pass.unknown, `${owned.tp.topic}/${owned.tp.partition} at offset ${pass.next}`)
}

function begin({ sender, addresses, erasures }: HandleDeps, first: number): Pass {
  const mailboxes = addresses === undefined ? undefined : []
  return {
    lane: sender.open(),
    tally: new Tally(),
    next: first,
    stop: undefined,
    unknown: undefined,
    mailboxes,
    erasures,
  }
}

async function takeChunks(deps: HandleDeps, owned: Owned, batch: Batch, pass: Pass): Promise<void> {
  for (let from = 0; from < batch.records.length && !batch.stopping();) {
    from = takeChunk(owned, batch.records, from, pass)
    if (pass.stop !== undefined) return
    if (pass.unknown !== undefined) {
      if (!(await deps.schemas.learn(pass.unknown))) return
      pass.unknown = undefined
    }
    await pass.lane.room()
    await batch.heartbeat()
  }
}

/** Up to the first record that cannot be judged, or must not be; answers where to go on. */
function takeChunk(
  { tp, deadTopic, partition }: Owned,
  records: readonly LogRecord[],
  from: number,
  pass: Pass,
): number {
  const { lane, tally } = pass
  const end = Math.min(records.length, from + CHUNK)
  for (let at = from; at < end; at++) {
    const record = records[at]
    if (record === undefined) break
    const judged = partition.judge(record)
    switch (judged.kind) {
      case 'ok':
        use(judged, pass)
        break
      case 'repeated':
        tally.repeat()
        break
      case 'drop':
        tally.drop(judged.reason)
        break
      case 'tombstone':
        tally.drop('tombstone')
        break
      case 'dead':
        lane.deadLetter(deadTopic, deadLetter(tp, record, judged, manifest.version))
        tally.reject(judged.violation.type)
        break
      case 'unresolved':
        pass.unknown = judged.id
        return at
      case 'stop':
        pass.stop = { offset: record.offset, share: judged.share }
        return at
    }
    pass.next = record.offset + 1
  }
  return end
}

type Usable = Extract<ReturnType<Owned['partition']['judge']>, { kind: 'ok' }>

function use({ facts, mailboxes, rule }: Usable, pass: Pass): void {
  const { erasures } = pass
  const welcome = erasures.size === 0 ? facts : facts.filter((fact) => isWelcome(erasures, fact))
  if (welcome.length < facts.length && welcome.length === 0) return pass.tally.drop('erased')
  for (const fact of welcome) pass.lane.fact(fact)
  if (mailboxes !== undefined)
    pass.mailboxes?.push(...mailboxes().filter(({ memberId, at }) => at >= erasures.barOf(memberKey(memberId))))
  pass.tally.use(welcome, rule)
}

/** Scoring refuses them as well; what is refused here does not stay in the log for years. */
function isWelcome({ barOf }: HandleDeps['erasures'], fact: Fact): boolean {
  if (fact.at < barOf(fact.subject)) return false
  return !('member' in fact) || fact.at >= barOf(fact.member)
}

/** Reads back what stood before the batch, unless the batch follows what was judged last. */
async function recall(deps: HandleDeps, { tp, partition }: Owned, first: number): Promise<void> {
  // A gap is no reason: the ids before it are still the latest. Going back is one.
  if (partition.next !== undefined && first >= partition.next) return
  const past = await readPast(deps.log, tp, first)
  await deps.schemas.learnAll(past)
  partition.recall(past, first)
}

/** The position stays before the record that was one too many, until good ones come behind it. */
function stopPartition(
  { telemetry, stopped }: HandleDeps,
  owned: Owned,
  consumption: Consumption,
  { offset, share }: Stop,
): void {
  consumption.seek(owned.tp, offset)
  consumption.pause(owned.tp)
  telemetry.stopped(owned, offset, share)
  stopped.add(owned, offset, () => consumption.resume(owned.tp))
}
