import { visitRows } from '@perennial/history'
import { probability } from '@perennial/learning'
import { DAY_MS, vocabularyOf } from '@perennial/member'
import { createScorer, type Model, parseModel } from '@perennial/risk'
import { describe, expect, test } from 'vitest'
import { chosenFrom } from './judgement.ts'
import { clubOf, csv, historyIn, historyOf, LEFT, NOW } from './history.fixture.ts'
import { train, type TrainResult } from './train.ts'

const SLOW = 60_000
const club = clubOf({ members: 900 })
const plan = { task: LEFT, trainAt: [], named: [], createdAt: NOW }

/** What the services would make of the file. */
function asRead({ model, signals }: TrainResult): Model {
  const parsed = parseModel(JSON.parse(JSON.stringify(model)), vocabularyOf(signals))
  if (parsed.kind === 'ok') return parsed.model
  throw new Error(parsed.problems.map(({ path, reason }) => `${path}: ${reason}`).join('\n'))
}

describe('a trained model', async () => {
  const history = await historyOf(club)
  const result = train(history, plan)

  test('scores a member live as in its training, to 1e-12', { timeout: SLOW }, () => {
    const { lesson } = result
    const scorer = createScorer(asRead(result), lesson.vocabulary)
    const expected = lesson.train.map((table) => chosenFrom(lesson).chosen.logits(table))
    let seen = 0
    const options = { vocabulary: lesson.vocabulary, ignored: [], terms: lesson.terms }
    visitRows(history, options, lesson.populations, (rows, cut, place) => {
      const risk = scorer.lapseRisk(rows, 0, lesson.populations[cut]?.cutoff ?? 0)
      expect(Math.abs(risk - probability(expected[cut]?.[place] ?? 0))).toBeLessThan(1e-12)
      seen++
    })
    expect(seen).toBe(result.model.training.rows)
  })

  test('learned from the latest cut-offs whose outcome is known', () => {
    const { cutoffs, to } = result.model.training
    const latest = Date.parse(cutoffs.at(-1) ?? '')
    expect((history.until ?? 0) - latest).toBeGreaterThanOrEqual(365 * DAY_MS)
    expect((history.until ?? 0) - latest).toBeLessThan(367 * DAY_MS)
    expect(Date.parse(to)).toBeLessThan(latest)
  })

  test(
    'is the same whenever it is made, but for the date; other data give another name',
    { timeout: SLOW },
    async () => {
      const again = train(history, { ...plan, createdAt: NOW + DAY_MS })
      expect(again.model.id).toBe(result.model.id)
      expect({ ...again.model, training: 0 }).toEqual({ ...result.model, training: 0 })
      const other = train(await historyOf(clubOf({ members: 900, seed: 2 })), plan)
      expect(other.model.id).not.toBe(result.model.id)
      expect(other.model.training.fingerprint).not.toBe(result.model.training.fingerprint)
    },
  )

  test('has bands, an engagement table and distributions of its members', () => {
    const { bands, engagement, training, features } = result.model
    expect(bands.high.enter).toBeGreaterThan(bands.medium.enter)
    expect(engagement.percentiles.values).toHaveLength(101)
    expect(training.distributions.map(({ feature }) => feature)).toEqual(features.map(({ name }) => name))
    for (const { shares } of training.distributions)
      expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9)
    expect(training.card).toContain('# Model card')
  })
})

test('keeps the signals that a deployment names already in front, with their families', { timeout: SLOW }, async () => {
  const named = [
    { stream: 'choir', action: 'sang', family: 'belonging' },
    { stream: 'meeting', action: 'came', family: 'belonging' },
  ] as const
  const result = train(await historyOf(club), { ...plan, named })
  expect(result.signals).toEqual(named)
  expect(asRead(result).kind).toBe('trained')
})

test('without enough lapses is the prior alone, and scores all the same', async () => {
  const result = train(await historyOf(clubOf({ members: 40 })), plan)
  const model = asRead(result)
  expect(result.model.training.chosen).toBe('prior')
  expect(model.features.every((feature) => 'weight' in feature && feature.weight === 0)).toBe(true)
  expect(result.explanation.join(' ')).toContain('prior alone')
})

test('with terms has a prior by year of membership, and is still the same live', { timeout: SLOW }, async () => {
  const members = club.members.flatMap(([id = '', joined = '', left = '']) => {
    const [from, end] = [Date.parse(joined), left === '' ? NOW + 366 * DAY_MS : Date.parse(left)]
    const terms = Math.max(1, Math.ceil((end - from) / (365 * DAY_MS)))
    return Array.from({ length: terms }, (_, k) => {
      const start = from + k * 365 * DAY_MS
      return [id, joined, left, iso(start), iso(start + 365 * DAY_MS)]
    })
  })
  const history = await historyIn({
    'activity.csv': csv('member_id,at,stream,action', club.activity),
    'members.csv': csv('member_id,joined_at,left_at,term_start,term_end', members),
  })
  const result = train(history, plan)
  expect(result.lesson.terms).toBe(true)
  expect(result.model.prior.offset).toBe(true)
  const { lesson } = result
  const scorer = createScorer(asRead(result), lesson.vocabulary)
  const expected = lesson.train.map((table) => chosenFrom(lesson).chosen.logits(table))
  visitRows(
    history,
    { vocabulary: lesson.vocabulary, ignored: [], terms: true },
    lesson.populations,
    (rows, cut, place) => {
      const risk = scorer.lapseRisk(rows, 0, lesson.populations[cut]?.cutoff ?? 0)
      expect(Math.abs(risk - probability(expected[cut]?.[place] ?? 0))).toBeLessThan(1e-12)
    },
  )
})

function iso(at: number): string {
  return new Date(at).toISOString()
}
