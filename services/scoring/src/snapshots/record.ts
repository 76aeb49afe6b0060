import type { EpochMs } from '@perennial/member'

/*
 * Records of `member-state`, see schemas/member-state/v1.md. A row: key = the subject's key; value = u8 format, f64 epoch
 * of the owner who wrote it, f64 time of its snapshot, the row as stored. A head, at the end of each snapshot: key =
 * `#head`; value = JSON.
 */

export const HEAD_KEY = '#head'
const FORMAT = 1
const ROW_AT = 17

/** Which snapshot something belongs to: an owner takes one at a time. */
export type SnapshotId = Readonly<{
  epoch: number
  /** When it was begun. */
  at: EpochMs
}>

/** What a snapshot says of the partition as a whole, at the commit it was completed at. */
export type Head = SnapshotId &
  Readonly<{
    format: number
    /** The next offset of `member-activity` to be folded. */
    offset: number
    /** How many rows there were. */
    rows: number
    /** Facts sent to others. */
    sent: number
    sources: Readonly<Record<string, string>>
  }>

export function rowValue({ epoch, at }: SnapshotId, row: Uint8Array): Buffer {
  const value = Buffer.allocUnsafe(ROW_AT + row.length)
  value.writeUInt8(FORMAT, 0)
  value.writeDoubleBE(epoch, 1)
  value.writeDoubleBE(at, 9)
  value.set(row, ROW_AT)
  return value
}

/** Undefined: of a format that is not known here. */
export function readRowValue(value: Buffer): (SnapshotId & Readonly<{ row: Buffer }>) | undefined {
  if (value.length <= ROW_AT || value[0] !== FORMAT) return undefined
  return { epoch: value.readDoubleBE(1), at: value.readDoubleBE(9), row: value.subarray(ROW_AT) }
}

export function headValue(head: Omit<Head, 'format'>): Buffer {
  return Buffer.from(JSON.stringify({ format: FORMAT, ...head }))
}

/** Undefined: of a format that is not known here, or no head at all. */
export function readHead(value: Buffer): Head | undefined {
  try {
    const head = JSON.parse(value.toString()) as Head
    return head.format === FORMAT ? head : undefined
  } catch {
    return undefined
  }
}
