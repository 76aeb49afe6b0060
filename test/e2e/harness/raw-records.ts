import type { Inputs } from '@perennial/streams'
import { encodeRecord } from '@perennial/streams'

type Website = Inputs['website-activity']

/** A record of the website stream, byte by byte: a good one to spoil. */
export function websiteRecord(eventId: string, at: number, changes: Partial<Website> = {}): Website {
  return {
    eventId,
    occurredAt: at,
    sentAt: at,
    member: { memberId: 'poison', externalIds: [] },
    source: 'test',
    type: 'page_viewed',
    ...changes,
  }
}

/** Where the parts of an encoded website record stand. */
export type Layout = Readonly<{ eventIdEnd: number; occurredAtEnd: number; memberIdBranch: number; type: number }>

/** Finds the parts of a record with a member id and no other reference, as `websiteRecord` makes them. */
function layoutOf(value: Buffer): Layout {
  const text = (from: number): number => {
    const [length, start] = readVarint(value, from)
    return start + Number(length)
  }
  const eventIdEnd = text(5)
  const [, occurredAtEnd] = readVarint(value, eventIdEnd)
  const [, memberIdBranch] = readVarint(value, occurredAtEnd)
  const memberIdEnd = text(memberIdBranch + 1)
  // No email, no anonymous id, an empty list of external ids: a byte each.
  const source = memberIdEnd + 3
  return { eventIdEnd, occurredAtEnd, memberIdBranch, type: text(source) }
}

/** The bytes between `from` and `to` replaced. */
function spliced(value: Buffer, from: number, to: number, bytes: readonly number[]): Buffer {
  return Buffer.concat([value.subarray(0, from), Buffer.from(bytes), value.subarray(to)])
}

/** A long as Avro writes it: zigzag, seven bits a byte. */
function varint(value: bigint): number[] {
  const bytes: number[] = []
  let rest = value >= 0n ? value * 2n : -value * 2n - 1n
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128)
  return [...bytes, Number(rest)]
}

function readVarint(value: Buffer, from: number): [number: bigint, next: number] {
  let rest = 0n
  for (let at = from; ; at++) {
    const byte = value[at] ?? 0
    rest |= BigInt(byte & 127) << BigInt(7 * (at - from))
    if (byte < 128) return [rest % 2n === 0n ? rest / 2n : -(rest + 1n) / 2n, at + 1]
  }
}

export type Poison = Readonly<{
  name: string
  value: Buffer
  violation: string
  field: string
}>

/** Records that must be set aside, each for a reason of its own. `at`: a good time. */
export function poisons(schemaId: number, at: number): Poison[] {
  const good = encodeRecord('website-activity', websiteRecord('spoilt', at), schemaId)
  const { eventIdEnd, occurredAtEnd, memberIdBranch, type } = layoutOf(good)
  const record = (changes: Partial<Website>) =>
    encodeRecord('website-activity', websiteRecord('spoilt', at, changes), schemaId)
  const mismatch = 'Datatype-Mismatch'
  return [
    { name: 'an empty value', value: Buffer.alloc(0), violation: 'Unknown-Violation', field: '' },
    { name: 'no magic byte', value: Buffer.from('{"eventId":"x"}'), violation: 'Unknown-Violation', field: '' },
    { name: 'cut short', value: good.subarray(0, -3), violation: mismatch, field: 'durationSeconds' },
    { name: 'bytes left over', value: Buffer.concat([good, Buffer.of(0, 1, 2)]), violation: mismatch, field: '' },
    {
      name: 'a flipped byte in a union',
      value: spliced(good, memberIdBranch, memberIdBranch + 1, [0x42]),
      violation: mismatch,
      field: 'member.memberId',
    },
    {
      name: 'a long beyond 2^53',
      value: spliced(good, eventIdEnd, occurredAtEnd, varint(2n ** 60n)),
      violation: mismatch,
      field: 'occurredAt',
    },
    {
      name: 'an enum symbol nobody has',
      value: spliced(good, type, type + 1, varint(99n)),
      violation: mismatch,
      field: 'type',
    },
    {
      name: 'a type of a newer version',
      value: record({ type: 'unknown' }),
      violation: 'Unplanned-Event',
      field: 'type',
    },
    { name: 'nobody', value: record({ member: { externalIds: [] } }), violation: 'Required-Missing', field: 'member' },
    {
      name: 'a filler for a member',
      value: record({ member: { memberId: 'undefined', externalIds: [] } }),
      violation: 'Required-Missing',
      field: 'member',
    },
    { name: 'no time', value: record({ occurredAt: 0 }), violation: 'Required-Missing', field: 'occurredAt' },
    {
      name: 'a member id of 200 kB',
      value: record({ member: { memberId: 'x'.repeat(200_000), externalIds: [] } }),
      violation: mismatch,
      field: 'member.memberId',
    },
  ]
}
