import { expect, test } from 'vitest'
import { encodeRecord } from './codec.ts'
import { readLoosely } from './loose.ts'
import { SCHEMAS } from './registry.ts'
import { ENVELOPE } from './testing/facts-of.ts'

const record = {
  ...ENVELOPE,
  member: { memberId: 'M1', externalIds: [{ system: 'shop', id: '7' }] },
  type: 'order_completed',
  orderId: 'O1',
  value: 2.5,
} as const
const value = encodeRecord('purchase', record, 1)

test('reads a value as its schema has it, defaults and all', () => {
  expect(readLoosely(value, SCHEMAS.purchase)).toMatchObject(record)
})

test('refuses, and at once, a list that says it is endless', () => {
  const at = value.indexOf('shop') - 2
  const endless = Buffer.concat([
    value.subarray(0, at),
    Buffer.from([0xfe, 0xff, 0xff, 0xff, 0x0f]),
    value.subarray(at + 1),
  ])
  expect(() => readLoosely(endless, SCHEMAS.purchase)).toThrow('do not fit')
})

test('refuses a schema that is none, or no record', () => {
  expect(() => readLoosely(value, '{')).toThrow('not JSON')
  expect(() => readLoosely(value, '"string"')).toThrow('must be a record')
})
