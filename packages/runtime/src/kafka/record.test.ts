import type { KafkaMessage } from 'kafkajs'
import { expect, test } from 'vitest'
import { recordsOf } from './record.ts'

function message(offset: number, headers: KafkaMessage['headers'] = {}): KafkaMessage {
  const value = Buffer.from(String(offset))
  return {
    key: null,
    value,
    offset: String(offset),
    timestamp: '1700000000000',
    attributes: 0,
    headers,
  }
}

test.each([
  ['without gaps', [5, 6, 7, 8], 5, [5, 6, 7, 8]],
  ['without gaps, the head already known', [5, 6, 7, 8], 7, [7, 8]],
  ['with gaps that compaction left', [5, 9, 20], 5, [5, 9, 20]],
  ['with gaps, the head already known', [5, 9, 20], 6, [9, 20]],
  ['all of it already known', [5, 6], 10, []],
  ['nothing', [], 0, []],
])('offsets %s', (_, offsets, from, expected) => {
  const records = recordsOf(
    offsets.map((offset) => message(offset)),
    from,
  )
  expect(records.map(({ offset }) => offset)).toEqual(expected)
  expect(records.map(({ value }) => Number(String(value)))).toEqual(expected)
})

test('a record has the headers it came with, and none when there are none', () => {
  const [plain, headed] = recordsOf([message(0), message(1, { a: Buffer.from('x') })], 0)
  expect(plain?.headers).toBeUndefined()
  expect(headed?.headers).toEqual({ a: Buffer.from('x') })
  expect(headed?.timestamp).toBe(1_700_000_000_000)
})
