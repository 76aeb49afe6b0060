import {
  CHANGE_SLOTS,
  type Chunk,
  evaluate,
  modelInUse,
  newChunk,
  newPartitionState,
  placeFor,
} from '@perennial/engine'
import {
  type Fact,
  idHash,
  MAX_BLOCK_FACTS,
  memberKey,
  partitionFor,
  readBlock,
  SLOT,
  STREAM_CODES,
} from '@perennial/member'
import { createScorer, SCORE, starterModel } from '@perennial/risk'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { blocksOf, packOutbox, unpackOutbox } from './outbox.ts'
import { RiskWriter } from './risk-writer.ts'

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

const T0 = 1_700_000_000_123
const scorer = createScorer(starterModel())
const writer = new RiskWriter(scorer, 7)

/** A chunk that has a fresh risk of each of these members. */
function chunkAbout(...members: string[]): Chunk {
  const chunk = newChunk(members.length)
  for (const [i, member] of members.entries()) {
    placeFor(chunk, memberKey(member))
    const rows = chunk.rows
    rows.f64[i * rows.slots + SLOT.asOf] = T0
    evaluate(
      {
        engine: { partition: 0, model: modelInUse(scorer), aliasMs: 0, pseudonym: (key) => key },
        state: newPartitionState(),
        chunk,
      },
      i,
      T0,
      'fact',
    )
  }
  return chunk
}

function packed(chunk: Chunk, blocks: Parameters<typeof packOutbox>[2]['blocks'] = []): Buffer {
  const bytes = packOutbox(
    chunk,
    writer,
    { blocks, outcomes: [] },
    { replay: () => false, silent: () => false, objected: () => false },
  )
  if (bytes === undefined) throw new Error('nothing to say')
  return bytes
}

describe('the outbox', () => {
  test('gives back what was committed, in its order', () => {
    const { risks, activity } = unpackOutbox(
      packed(chunkAbout('münchen-7', 'b'), [{ partition: 1023, value: Uint8Array.of(9, 9) }]),
      5,
    )
    expect(activity).toEqual([{ partition: 1023, value: Buffer.of(9, 9) }])
    expect(risks.map(({ key, partition }) => [key, partition])).toEqual([
      ['münchen-7', 5],
      ['b', 5],
    ])
    expect(risks[1]?.value?.subarray(0, 5)).toEqual(Buffer.of(0, 0, 0, 0, 7))
  })

  test('has nothing to say when nothing changed', () => {
    expect(
      packOutbox(
        newChunk(1),
        writer,
        { blocks: [], outcomes: [] },
        { replay: () => false, silent: () => false, objected: () => false },
      ),
    ).toBeUndefined()
  })

  test('refuses another version', () => {
    expect(() => unpackOutbox(Buffer.of(1, 0, 0, 0, 0), 0)).toThrow('version 1')
  })

  test('speaks CloudEvents, keyed by the member', () => {
    expect(unpackOutbox(packed(chunkAbout('münchen-7')), 5).risks).toMatchObject([
      {
        key: 'münchen-7',
        headers: { ce_id: 'münchen-7.1', ce_type: 'org.perennial.member-risk.v1', ce_time: '2023-11-14T22:13:20.123Z' },
      },
    ])
  })

  test('writes times as Date does', () => {
    const chunk = chunkAbout('a')
    fc.assert(
      fc.property(fc.date({ noInvalidDate: true, min: new Date(0) }), (date) => {
        chunk.risks.numbers[CHANGE_SLOTS + SCORE.at] = date.getTime()
        const { headers } = unpackOutbox(packed(chunk), 0).risks[0] ?? {}
        expect(headers?.['ce_time']).toBe(date.toISOString())
      }),
    )
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
