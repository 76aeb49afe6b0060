import { anyRow, day, rowOf } from '@perennial/features/testing'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { changes } from './changes.ts'
import type { Model } from './model.ts'
import { createScorer } from './scorer.ts'
import { starterModel } from './starter-model.ts'

const starter = starterModel()
const scorer = createScorer(starter)
const time = fc.integer({ min: 0, max: 900 }).map(day)
const sumOf = (parts: readonly { change: number }[]) => parts.reduce((sum, { change }) => sum + change, 0)

test('the parts add up to the difference of the scores, to the last bit', () => {
  fc.assert(
    fc.property(anyRow, anyRow, time, time, (before, after, t, u) => {
      const was = scorer.score(before, 0, t)
      const is = scorer.score(after, 0, u)
      const { difference, parts } = changes(was, is)
      expect(difference).toBe(is.logit - was.logit)
      expect(sumOf(parts)).toBe(difference)
      expect(sumOf(parts.toReversed())).toBe(difference)
    }),
  )
})

test('says what moved, the strongest first, and leaves out what did not', () => {
  const rows = rowOf({ joinedAt: day(-700), termEnd: day(300) }, [{ signal: 'login', at: day(0) }])
  const { parts, riskBefore, riskAfter } = changes(scorer.score(rows, 0, day(0)), scorer.score(rows, 0, day(150)))
  expect(parts[0]).toMatchObject({ feature: 'silence', before: 0, after: Math.log(6) })
  expect(parts.map(({ feature }) => feature)).not.toContain('renewal_window')
  expect(riskAfter).toBeGreaterThan(riskBefore)
})

test('between two models, what only one of them has counts in full', () => {
  const lean: Model = { ...starter, id: 'lean', features: starter.features.filter(({ name }) => name !== 'silence') }
  const rows = rowOf({ joinedAt: day(-700) })
  const before = scorer.score(rows, 0, day(0))
  const { parts, difference } = changes(before, createScorer(lean).score(rows, 0, day(0)))
  const silence = before.contributions.find(({ feature }) => feature === 'silence')
  expect(parts).toEqual([{ feature: 'silence', before: silence?.value, after: undefined, change: difference }])
})
