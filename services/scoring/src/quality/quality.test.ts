import { DAY_MS } from '@perennial/member'
import { starterModel } from '@perennial/risk'
import type { OutcomeRecord } from '@perennial/runtime'
import { expect, test } from 'vitest'
import { agreementOf } from './agreement.ts'
import { stability } from './drift.ts'
import { liveQuality, shadowQuality } from './live-quality.ts'

const NOW = Date.UTC(2026, 5, 1)
const MODEL = starterModel()

function outcome(n: number, lapsed: boolean, rest: Partial<OutcomeRecord> = {}): OutcomeRecord {
  return {
    memberId: `m${n}`,
    about: 'term',
    saidAt: NOW,
    outcome: lapsed ? 'lapsed' : 'renewed',
    at: NOW - DAY_MS,
    modelId: MODEL.id,
    band: lapsed ? 'high' : 'low',
    risk: lapsed ? 0.6 : 0.2,
    live: true,
    ...rest,
  }
}

const twenty = Array.from({ length: 20 }, (_, n) => outcome(n, n < 10))

test('a model that told lapses apart has an AUC of 1, and bands with what was expected and observed', () => {
  const { n, lapses, metrics, bands } = liveQuality(MODEL, twenty, NOW)
  expect([n, lapses, metrics?.auc]).toEqual([20, 10, 1])
  expect(metrics?.brier).toBeCloseTo((0.4 ** 2 + 0.2 ** 2) / 2, 9)
  expect(metrics?.logLoss).toBeCloseTo(-(Math.log(0.6) + Math.log(0.8)) / 2, 9)
  expect(metrics?.observedToExpected).toBeCloseTo(10 / 8, 9)
  expect(bands.map(({ band, observed }) => [band, observed])).toEqual([
    ['low', 0],
    ['high', 1],
  ])
})

test('too few outcomes are said to be too few; those of other models and of long ago do not count', () => {
  expect(liveQuality(MODEL, twenty.slice(1), NOW).metrics).toBeUndefined()
  const others = twenty.map((one) => ({ ...one, modelId: 'other' }))
  const old = twenty.map((one) => ({ ...one, at: NOW - 366 * DAY_MS }))
  expect(liveQuality(MODEL, [...others, ...old], NOW).n).toBe(0)
})

test('a shadow is judged by what it would have said of the same members', () => {
  const shadow = { ...MODEL, id: 'shadow' }
  const wrong = twenty.map((one) => ({ ...one, shadow: { modelId: 'shadow', risk: 1 - one.risk } }))
  expect(shadowQuality(shadow, wrong, NOW).metrics?.auc).toBe(0)
})

test('agreement: ranks, and who would change band', () => {
  const compare = (current: number, shadow: number, currentBand: number, shadowBand: number) => ({
    memberId: '',
    current,
    shadow,
    currentBand,
    shadowBand,
  })
  const found = agreementOf([compare(0.1, 0.2, 1, 1), compare(0.2, 0.6, 1, 3), compare(0.3, 0.7, 2, 1)])
  expect(found).toEqual({ members: 3, rankCorrelation: 1, wouldRise: 1, wouldFall: 1 })
  expect(agreementOf([]).rankCorrelation).toBeUndefined()
})

test('stability is 0 for the same shares, and as calculated by hand for others', () => {
  const then = { feature: 'f', edges: [{ at: 1, before: false }], shares: [0.5, 0.5, 0] }
  expect(stability(then, [0, 2])).toBe(0)
  expect(stability(then, [0, 2, 2, 2])).toBeCloseTo(-0.25 * Math.log(0.5) + 0.25 * Math.log(1.5), 9)
})
