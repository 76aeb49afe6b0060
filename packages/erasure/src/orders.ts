import {
  BlockWriter,
  type EpochMs,
  type Fact,
  idHash,
  partitionFor,
  STREAM_CODES,
  type SubjectKey,
} from '@perennial/member'
import { type ErasureKeys, erasureRecord, type Log } from '@perennial/runtime'
import { ERASURE_TOPIC, topicOf } from '@perennial/streams'

const ACTIVITY_TOPIC = topicOf('member-activity')

type Deps = Readonly<{ log: Pick<Log, 'append' | 'partitions' | 'endOffsets'>; keys: ErasureKeys }>

type Order = Readonly<{ subjects: readonly SubjectKey[]; at: EpochMs; readmits: boolean }>

/** Notes, for all services and for good, that facts about these subjects are to be refused (or are welcome again). */
export async function note({ log, keys }: Deps, { subjects, at, readmits }: Order): Promise<void> {
  const partitions = await log.partitions(ERASURE_TOPIC)
  await log.append(
    ERASURE_TOPIC,
    subjects.map((subject) => erasureRecord({ pseudonym: keys.pseudonym(subject), at, readmits }, keys.id, partitions)),
  )
}

/**
 * Puts the erasure where it takes effect: behind all that was ever folded about each subject, sealed, for nobody but
 * scoring needs to read whom it names. Answers how far each partition concerned must be folded until it is done.
 */
export async function order({ log, keys }: Deps, { subjects, at, readmits }: Order): Promise<Map<number, number>> {
  const partitions = await log.partitions(ACTIVITY_TOPIC)
  const byPartition = Map.groupBy(subjects, (subject) => partitionFor(subject, partitions))
  const records = [...byPartition].flatMap(([partition, own]) =>
    blocksOf(own.map((subject) => erasureFact(subject, at, readmits))).map((block) => ({
      partition,
      value: keys.sealBlock(block),
    })),
  )
  await log.append(ACTIVITY_TOPIC, records)
  const ends = await log.endOffsets(ACTIVITY_TOPIC)
  return new Map([...byPartition.keys()].map((partition) => [partition, ends[partition] ?? 0]))
}

function erasureFact(subject: SubjectKey, at: EpochMs, readmits: boolean): Fact {
  const { hi, lo } = idHash(`${subject} ${at}`)
  const source = { stream: STREAM_CODES.erasure, partition: 0, offset: 0, index: 0 }
  return { kind: 'erasure', subject, readmits, at, source, idHi: hi, idLo: lo }
}

function blocksOf(facts: readonly Fact[]): Uint8Array[] {
  const writer = new BlockWriter()
  const blocks: Uint8Array[] = []
  for (const fact of facts) {
    if (writer.add(fact)) continue
    blocks.push(writer.finish())
    writer.add(fact)
  }
  blocks.push(writer.finish())
  return blocks
}
