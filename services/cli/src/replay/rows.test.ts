import { expect, test } from 'vitest'
import { parseRow } from './rows.ts'

const record = {
  eventId: 'e1',
  occurredAt: 1_764_000_000_000,
  sentAt: 1_764_000_000_000,
  member: { memberId: 'M1' },
  source: 'shop',
  type: 'order_completed',
  orderId: 'O1',
  value: 3,
}
const row = (changes: object, stream: unknown = 'purchase') =>
  JSON.stringify({ stream, record: { ...record, ...changes } })

test('takes a record as its schema has it', () => {
  expect(parseRow(row({}))).toEqual({ kind: 'record', input: { stream: 'purchase', record } })
})

test('fills in what a file may leave out, the same each time', () => {
  const line = row({ eventId: undefined, sentAt: undefined, source: undefined })
  const [one, other] = [parseRow(line), parseRow(line)]
  expect(one).toEqual(other)
  expect(one).toMatchObject({ input: { record: { sentAt: record.occurredAt, source: 'replay' } } })
  expect(one).toMatchObject({ input: { record: { eventId: expect.stringMatching(/^replay-[0-9a-f]{24}$/) } } })
  expect(parseRow(row({ eventId: undefined, value: 4 }))).not.toMatchObject({
    input: { record: { eventId: one.kind === 'record' ? one.input.record.eventId : '' } },
  })
})

test.each([
  ['no JSON', '{"stream":', /^Not JSON/],
  ['a list', '[]', /^Not an object/],
  ['null', 'null', /^Not an object/],
  ['an unknown stream', row({}, 'purchases'), /^stream is "purchases"; it must be one of website-activity/],
  ['a stream called constructor', row({}, 'constructor'), /^stream is "constructor"/],
  ['no stream', JSON.stringify({ record }), /^stream is missing/],
  ['no record', JSON.stringify({ stream: 'purchase' }), /^record is missing/],
  ['a missing field', row({ orderId: undefined }), /^Required-Missing: orderId\./],
  ['a wrong type', row({ value: '3' }), /^Datatype-Mismatch: value\./],
  ['a wrong type within', row({ member: { memberId: 3 } }), /^Datatype-Mismatch: member\.memberId\./],
  ['a type that every object has', row({ type: 'constructor' }), /^Datatype-Mismatch: type\./],
  ['a list for a type', row({ type: ['order_completed'] }), /^Datatype-Mismatch: type\./],
  ['a type that cannot be a text', row({ type: { toString: 1 } }), /^Datatype-Mismatch: type\./],
  ['a field nobody knows', row({ price: 3 }), /^Additional-Properties/],
  [
    'a prototype',
    `{"stream":"purchase","record":{"__proto__":{"x":1}}}`,
    /^(Required-Missing|Additional-Properties|Datatype)/,
  ],
  ['no time', row({ occurredAt: undefined }), /occurredAt/],
  ['a line without an end', `"${'x'.repeat(1_000_001)}"`, /^The line is longer than/],
])('says what is wrong with %s', (_, line, reason) => {
  const parsed = parseRow(line)
  expect(parsed.kind).toBe('broken')
  expect(parsed.kind === 'broken' ? parsed.reason : '').toMatch(reason)
})
