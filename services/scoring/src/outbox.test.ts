import { type Fact, idHash, MAX_BLOCK_FACTS, memberKey, partitionFor, readBlock, STREAM_CODES } from '@perennial/member'
import { describe, expect, test } from 'vitest'
import { blocksOf, packOutbox, riskRecords, unpackOutbox } from './outbox.ts'

function forwarded(id: string, n: number): Fact {
  const { hi, lo } = idHash(`f${n}`)
  const source = { stream: STREAM_CODES['member-activity'], partition: 2, offset: n, index: 0 }
  return {
    kind: 'activity',
    subject: memberKey(id),
    source,
    idHi: hi,
    idLo: lo,
    at: 1_700_000_000_000,
    signal: 1,
    amount: 1,
    trust: 1,
  }
}

const risk = { memberId: 'münchen-7', version: 4, asOf: 1_700_000_000_123, value: Uint8Array.of(0, 1, 2) }

describe('the outbox', () => {
  test('gives back what was committed', () => {
    const outbox = { risks: [risk], blocks: [{ partition: 1023, value: Uint8Array.of(9, 9) }] }
    const back = unpackOutbox(packOutbox(outbox))
    expect(back.risks.map((one) => ({ ...one, value: [...one.value] }))).toEqual([{ ...risk, value: [0, 1, 2] }])
    expect(back.blocks.map((one) => ({ ...one, value: [...one.value] }))).toEqual([{ partition: 1023, value: [9, 9] }])
  })

  test('refuses another version', () => {
    expect(() => unpackOutbox(Buffer.of(2, 0, 0, 0, 0))).toThrow('version 2')
  })

  test('speaks CloudEvents, keyed by the member', () => {
    expect(riskRecords({ risks: [risk], blocks: [] }, 5)).toMatchObject([
      {
        key: 'münchen-7',
        partition: 5,
        headers: { ce_id: 'münchen-7.4', ce_type: 'org.perennial.member-risk.v1', ce_time: '2023-11-14T22:13:20.123Z' },
      },
    ])
  })

  test('facts for others keep their order within each partition, in blocks that fit', () => {
    const facts = Array.from({ length: MAX_BLOCK_FACTS + 500 }, (_, n) => forwarded(n % 2 === 0 ? 'a' : 'b', n))
    const blocks = blocksOf(facts, 16)
    for (const id of ['a', 'b']) {
      const partition = partitionFor(memberKey(id), 16)
      const numbers = blocks
        .filter((block) => block.partition === partition)
        .flatMap(({ value }) => readBlock(value).map(({ source }) => source.offset))
      expect(numbers).toEqual(numbers.toSorted((x, y) => x - y))
    }
    expect(blocks.reduce((sum, { value }) => sum + readBlock(value).length, 0)).toBe(facts.length)
  })
})
