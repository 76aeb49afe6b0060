import { CHANGE, CHANGE_SLOTS, type Chunk, newChunk, placeFor } from '@perennial/engine'
import { memberKey, newRows, SLOT } from '@perennial/member'
import { createScorer, readScore, SCORE, SCORE_SLOTS, starterModel } from '@perennial/risk'
import { encodeRecord, type MemberRiskV1 } from '@perennial/streams'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { packOutbox, unpackOutbox } from './outbox.ts'
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
  const bytes = packOutbox(chunk, writer, { blocks: [], outcomes: [] }, { replay: () => replay, silent: () => false })
  if (bytes === undefined) throw new Error('nothing was packed')
  return unpackOutbox(bytes, 0).risks[0]?.value ?? new Uint8Array()
}

const BANDS = ['low', 'low', 'medium', 'high'] as const
const PREVIOUS = [null, 'low', 'medium', 'high'] as const
const STATUS = ['unknown', 'active', 'lapsed'] as const

/** The same change as an object, for the general encoder. */
function record(memberId: string, numbers: Float64Array, replay: boolean): MemberRiskV1 {
  const { contributions, horizon, at, ...score } = readScore(scorer.model.id, names, numbers, CHANGE_SLOTS)
  const number = (slot: number) => numbers[slot] ?? 0
  const previousRisk = number(CHANGE.previousRisk)
  return {
    ...score,
    memberId,
    version: number(CHANGE.version),
    asOf: at,
    cause: number(CHANGE.bySilence) === 1 ? 'silence' : 'fact',
    horizonKind: horizon.kind,
    horizonAt: horizon.at,
    band: BANDS[number(CHANGE.band)] ?? 'low',
    previousBand: PREVIOUS[number(CHANGE.previousBand)] ?? null,
    bandSince: number(CHANGE.bandSince),
    contributions: contributions.filter(({ contribution }) => contribution !== 0),
    status: STATUS[number(CHANGE.status)] ?? 'unknown',
    termStart: number(CHANGE.termStart) || null,
    termEnd: number(CHANGE.termEnd) || null,
    joinedAt: number(CHANGE.joinedAt) || null,
    previousRisk: Number.isNaN(previousRisk) ? null : previousRisk,
    // Nobody acts on what another model alone has moved.
    replay: replay || number(CHANGE.byModel) === 1,
  }
}

test('writes byte for byte what the encoder that knows the schema writes', () => {
  fc.assert(
    fc.property(change, ({ memberId, fixed, score, contributions, replay }) => {
      const numbers = [...fixed, ...score, ...contributions.flat()]
      const expected = encodeRecord('member-risk', record(memberId, Float64Array.from(numbers), replay), SCHEMA_ID)
      expect(Buffer.from(written(chunkOf(memberId, numbers), replay)).equals(expected)).toBe(true)
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
