import { encodeRecord, type WebsiteActivityV1Input } from '@perennial/streams'

/** What must become of a poison record. `waits`: its schema may still be registered, so it holds its partition up. */
export type PoisonOutcome = 'dead' | 'dropped' | 'used' | 'waits'

export type Poison = Readonly<{
  name: string
  value: Buffer | null
  outcome: PoisonOutcome
  /** Field of the violation, where it is dead. */
  field?: string
}>

type Ids = Readonly<{ website: number; purchase: number; unknown: number }>

/** Values for the website topic that no producer should send, and every one has sent. `visit` must be in order. */
export function poisonRecords(visit: WebsiteActivityV1Input, ids: Ids): readonly Poison[] {
  const valid = encode(visit, ids.website)
  const purchase = { ...visit, type: 'order_completed', orderId: 'o', value: 1 } as const
  return [
    { name: 'empty value', value: Buffer.alloc(0), outcome: 'dead', field: '' },
    { name: 'no value: a tombstone', value: null, outcome: 'dropped' },
    { name: 'JSON instead of Avro', value: Buffer.from('{"type":"page_viewed"}'), outcome: 'dead', field: '' },
    { name: 'wrong magic byte', value: changed(valid, 0, 1), outcome: 'dead', field: '' },
    { name: 'unknown schema id', value: encode(visit, ids.unknown), outcome: 'waits' },
    { name: 'schema of another stream', value: encodeRecord('purchase', purchase, ids.purchase), outcome: 'dead' },
    { name: 'cut in the middle', value: valid.subarray(0, valid.length - 4), outcome: 'dead' },
    { name: 'trailing bytes', value: Buffer.concat([valid, Buffer.from([1, 2, 3])]), outcome: 'dead' },
    { name: 'flipped byte in a length', value: changed(valid, 5, 0xff), outcome: 'dead' },
    { name: 'a number of 2^60', value: largeNumber(visit, valid), outcome: 'dead', field: 'occurredAt' },
    { name: 'an enum symbol that is not there', value: wrongSymbol(visit, valid), outcome: 'dead', field: 'type' },
    { name: 'a billion external ids', value: manyItems(valid), outcome: 'dead', field: 'member.externalIds' },
    {
      name: 'a filler for a member',
      value: encode({ ...visit, member: { memberId: 'undefined' } }, ids.website),
      outcome: 'dead',
      field: 'member',
    },
    {
      name: 'a member of a megabyte',
      value: encode({ ...visit, member: { memberId: 'x'.repeat(900_000) } }, ids.website),
      outcome: 'dead',
      field: 'member.memberId',
    },
    {
      name: 'a date in seconds',
      value: encode({ ...visit, occurredAt: Math.floor(visit.occurredAt / 1000) }, ids.website),
      outcome: 'dead',
      field: 'occurredAt',
    },
    {
      name: 'a date in 2099',
      value: encode({ ...visit, eventId: `${visit.eventId}-2099`, occurredAt: Date.UTC(2099, 0, 1) }, ids.website),
      outcome: 'used',
    },
  ]
}

function encode(visit: WebsiteActivityV1Input, id: number): Buffer {
  return encodeRecord('website-activity', visit, id)
}

function changed(value: Buffer, at: number, byte: number): Buffer {
  const copy = Buffer.from(value)
  copy[at] = byte
  return copy
}

/** occurredAt stands right behind the event id: 2^60 takes nine bytes there. */
function largeNumber(visit: WebsiteActivityV1Input, valid: Buffer): Buffer {
  const at = 5 + 1 + Buffer.byteLength(visit.eventId)
  const length = varintLength(valid, at)
  const huge = Buffer.from('808080808080808020', 'hex')
  return Buffer.concat([valid.subarray(0, at), huge, valid.subarray(at + length)])
}

/** The type stands right behind the source. */
function wrongSymbol({ source }: WebsiteActivityV1Input, valid: Buffer): Buffer {
  return changed(valid, valid.lastIndexOf(source) + Buffer.byteLength(source), 0x7e)
}

/** The record's own external ids, none, are one zero byte in front of the source: here they become 2^30. */
function manyItems(valid: Buffer): Buffer {
  const at = valid.indexOf(Buffer.from([0, 14])) // 14: the length of 'website', doubled
  return Buffer.concat([valid.subarray(0, at), Buffer.from('8080808008', 'hex'), valid.subarray(at + 1)])
}

function varintLength(value: Buffer, at: number): number {
  let length = 1
  while ((value[at + length - 1] ?? 0) >= 0x80) length++
  return length
}
