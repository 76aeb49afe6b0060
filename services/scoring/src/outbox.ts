import { BlockWriter, type EpochMs, type Fact, partitionFor } from '@perennial/member'
import type { Outgoing } from '@perennial/runtime'

/*
 * What one commit sends, as one value: committed with the rows, published
 * after. Big-endian: u8 version · u32 risks, each u32 length + member id,
 * u32 version, f64 time, u32 length + value · u32 blocks, each u32 partition,
 * u32 length + bytes.
 */
const VERSION = 1

/** A member-risk record, ready but for its headers. */
export type RiskRecord = Readonly<{ memberId: string; version: number; asOf: EpochMs; value: Uint8Array }>

export type Outbox = Readonly<{
  risks: readonly RiskRecord[]
  blocks: readonly Readonly<{ partition: number; value: Uint8Array }>[]
}>

/** Facts for other rows, as blocks for their partitions, in the order they were numbered. */
export function blocksOf(forwards: readonly Fact[], partitions: number): Outbox['blocks'] {
  const writers = new Map<number, BlockWriter>()
  const blocks: { partition: number; value: Uint8Array }[] = []
  for (const fact of forwards) {
    const partition = partitionFor(fact.subject, partitions)
    let writer = writers.get(partition)
    if (writer === undefined) writers.set(partition, (writer = new BlockWriter()))
    if (writer.add(fact)) continue
    blocks.push({ partition, value: writer.finish() })
    writer.add(fact)
  }
  for (const [partition, writer] of writers) blocks.push({ partition, value: writer.finish() })
  return blocks
}

/** In one buffer of the right size: a busy commit sends thousands of records. */
export function packOutbox({ risks, blocks }: Outbox): Buffer {
  let size = 1 + 4 + 4
  for (const { memberId, value } of risks) size += 20 + Buffer.byteLength(memberId) + value.length
  for (const { value } of blocks) size += 8 + value.length
  const bytes = Buffer.allocUnsafe(size)
  let at = bytes.writeUInt8(VERSION, 0)
  at = bytes.writeUInt32BE(risks.length, at)
  for (const { memberId, version, asOf, value } of risks) {
    const length = bytes.write(memberId, at + 4)
    at = bytes.writeUInt32BE(length, at) + length
    at = bytes.writeUInt32BE(version, at)
    at = bytes.writeDoubleBE(asOf, at)
    at = bytes.writeUInt32BE(value.length, at)
    bytes.set(value, at)
    at += value.length
  }
  at = bytes.writeUInt32BE(blocks.length, at)
  for (const { partition, value } of blocks) {
    at = bytes.writeUInt32BE(partition, at)
    at = bytes.writeUInt32BE(value.length, at)
    bytes.set(value, at)
    at += value.length
  }
  return bytes
}

/** Throws on bytes of another version. */
export function unpackOutbox(bytes: Buffer): Outbox {
  if (bytes[0] !== VERSION) throw new Error(`An outbox entry has version ${bytes[0]}; this program knows ${VERSION}.`)
  let at = 1
  const number = () => bytes.readUInt32BE((at += 4) - 4)
  const slice = () => {
    const length = number()
    at += length
    return bytes.subarray(at - length, at)
  }
  const risks = Array.from({ length: number() }, () => {
    const memberId = slice().toString()
    const version = number()
    at += 8
    return { memberId, version, asOf: bytes.readDoubleBE(at - 8), value: slice() }
  })
  const blocks = Array.from({ length: number() }, () => ({ partition: number(), value: slice() }))
  return { risks, blocks }
}

/**
 * The risks of an outbox as records of the partition of their state, with
 * CloudEvents 1.0 headers (binary mode): what it is, from where, about whom, when.
 */
export function riskRecords({ risks }: Outbox, partition: number): Outgoing[] {
  return risks.map(({ memberId, version, asOf, value }) => ({
    key: memberId,
    headers: {
      ce_specversion: '1.0',
      ce_id: `${memberId}.${version}`,
      ce_source: '/perennial/scoring',
      ce_type: 'org.perennial.member-risk.v1',
      ce_time: new Date(asOf).toISOString(),
      ce_subject: memberId,
      'content-type': 'application/avro',
    },
    value,
    partition,
  }))
}
