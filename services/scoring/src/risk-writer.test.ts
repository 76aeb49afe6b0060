import { CHANGE_SLOTS, type Chunk, newChunk, placeFor } from '@perennial/engine'
import { memberKey, newRows, SLOT } from '@perennial/member'
import { createScorer, SCORE, SCORE_SLOTS, starterModel } from '@perennial/risk'
import { encodeRecord } from '@perennial/streams'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { packOutbox, unpackOutbox } from './outbox.ts'
import { riskRecordOf } from './risk-record.ts'
import { RiskWriter } from './risk-writer.ts'

const SCHEMA_ID = 0x01020304
const NOW = Date.UTC(2026, 0, 1)
const scorer = createScorer(starterModel())
const writer = new RiskWriter(scorer, SCHEMA_ID)
const names = scorer.contributionNames
const slots = CHANGE_SLOTS + scorer.scoreSlots

const time = fc.integer({ min: -1_000_000_000_000, max: 4_000_000_000_000 })
const timeOrNone = fc.oneof(fc.constant(0), time)
const double = fc.double({ noNaN: true })
const band = fc.integer({ min: 0, max: 3 })

/** Numbers of a change as the engine may write them. */
const change = fc.record({
  memberId: fc.oneof(fc.string({ minLength: 1 }), fc.string({ unit: 'grapheme', minLength: 1, maxLength: 100 })),
  fixed: fc.tuple(
    fc.constant(0),
    fc.integer({ min: 1, max: 0xffff_ffff }),
    fc.integer({ min: 0, max: 1 }),
    band,
    time,
    band,
    fc.oneof(fc.constant(NaN), double),
    fc.integer({ min: 0, max: 2 }),
    timeOrNone,
    timeOrNone,
    timeOrNone,
    fc.integer({ min: 0, max: 1 }),
  ),
  score: fc.tuple(
    time,
    double,
    double,
    fc.integer({ min: 0, max: 1 }),
    time,
    ...Array.from({ length: 6 }, () => double),
  ),
  contributions: fc.array(fc.tuple(fc.oneof(fc.constant(NaN), double), fc.oneof(fc.constant(0), double)), {
    minLength: names.length,
    maxLength: names.length,
  }),
  replay: fc.boolean(),
})

function chunkOf(memberId: string, numbers: readonly number[]): Chunk {
  const chunk = newChunk(1)
  placeFor(chunk, memberKey(memberId))
  const start = chunk.risks.add(slots, 'fact')
  chunk.risks.numbers.set(numbers, start)
  return chunk
}

function written(chunk: Chunk, replay: boolean): Uint8Array {
  const bytes = packOutbox(
    chunk,
    writer,
    { blocks: [], outcomes: [] },
    { replay: () => replay, silent: () => false, objected: () => false },
  )
  if (bytes === undefined) throw new Error('nothing was packed')
  return unpackOutbox(bytes, 0).risks[0]?.value ?? new Uint8Array()
}

test('writes byte for byte what the encoder that knows the schema writes', () => {
  fc.assert(
    fc.property(change, ({ memberId, fixed, score, contributions, replay }) => {
      const numbers = [...fixed, ...score, ...contributions.flat()]
      const chunk = chunkOf(memberId, numbers)
      // As an object, through the general encoder.
      const record = riskRecordOf(chunk, 0, { modelId: scorer.model.id, contributionNames: names }, replay)
      const expected = encodeRecord('member-risk', record, SCHEMA_ID)
      expect(Buffer.from(written(chunk, replay)).equals(expected)).toBe(true)
    }),
  )
})

test('law 6: what is published adds up to the logit, to the last bit', () => {
  const rows = newRows(1)
  rows.f64[SLOT.asOf] = NOW
  rows.f64[SLOT.joinedAt] = NOW - 9e10
  rows.f64[SLOT.termEnd] = NOW + 5e9
  scorer.lapseRisk(rows, 0, NOW)
  const numbers = new Float64Array(scorer.scoreSlots)
  scorer.writeAsScored(rows, 0, numbers, 0)
  const parts = names.map((_, k) => numbers[SCORE_SLOTS + 2 * k + 1] ?? NaN)
  expect(parts.filter((part) => part !== 0).length).toBeGreaterThan(3)
  expect(parts.reduce((sum, part) => sum + part, 0)).toBe(numbers[SCORE.logit])
})
