import { randomFrom } from '@perennial/testkit'
import { expect, test } from 'vitest'
import { effectOf } from './effect.ts'
import type { Group } from './rate-difference.ts'
import { scoredGroup, tallyOf, unscored } from './testing/simulated-play.ts'
import { effectInWords } from './words.ts'

const of = (successes: number, members: number): Group => ({ members, successes })
const inWords = (treated: Group, control: Group) => effectInWords(effectOf(tallyOf(treated, control)), 'renewed')

test('a play that helps', () => {
  const treated = { ...unscored(of(8_400, 10_000)), withDues: 10_000, dues: 1_500_000 }
  const effect = effectOf({ treated, control: unscored(of(780, 1_000)), waiting: 1 })
  expect(effectInWords(effect, 'renewed')).toBe(
    'Helps. Of 10,000 members it was meant for, 84 % renewed; of 1,000 held out, 78 %. ' +
      'That is 6 points more (+1.8 to +10.5), 99.9 % likely to help at all. ' +
      'About 600 (183 to 1,050) members and 90,000 (27,500 to 158,000) in dues saved. 1 member still has time.',
  )
})

test('a play that hurts', () => {
  expect(inWords(of(800, 1_000), of(900, 1_000))).toBe(
    'Hurts: stop it. Of 1,000 members it was meant for, 80 % renewed; of 1,000 held out, 90 %. ' +
      'That is 10 points less (−15 to −5.1), 0.1 % likely to help at all.',
  )
})

test('a play without effect', () => {
  expect(inWords(of(8_000, 10_000), of(8_000, 10_000))).toBe(
    'No effect seen. Of 10,000 members it was meant for, 80 % renewed; of 10,000 held out, 80 %. ' +
      'That is no difference (−1.9 to +1.9), 50 % likely to help at all. ' +
      'It does less than the 5 points that make a play worthwhile: consider retiring it.',
  )
})

test('too few members', () => {
  expect(inWords(of(81, 90), of(8, 10))).toBe(
    'Not enough members yet: about 6,800 more to see a difference of 5 points. ' +
      'Of 90 members it was meant for, 90 % renewed; of 10 held out, 80 %. ' +
      'That is 10 points more (−22.3 to +73.2), 83.7 % likely to help at all.',
  )
  expect(effectInWords(effectOf(tallyOf(of(1, 1), of(0, 1))))).toMatch(
    /of 1 member it was meant for, 100 % reached the goal; of 1 held out, 0 %/i,
  )
})

test('nobody to compare with', () => {
  const waiting = (treated: number, control: number, waiting: number) =>
    effectInWords(effectOf({ ...tallyOf(of(0, treated), of(0, control)), waiting }))
  expect(waiting(0, 0, 1)).toBe('Not enough members yet: nobody to compare. 1 member still has time.')
  expect(waiting(9, 0, 0)).toBe('Cannot be told: nobody is held out, so set a holdout share.')
  expect(waiting(0, 9, 1_200)).toBe(
    'Cannot be told: everybody is held out, so lower the holdout share. 1,200 members still have time.',
  )
})

test('an adjustment by risk is told', () => {
  const random = randomFrom(5)
  const group = { members: 400, riskOf: () => random(), rateAt: (risk: number) => 1 - risk }
  const effect = effectOf({ treated: scoredGroup(random, group), control: scoredGroup(random, group), waiting: 0 })
  expect(effectInWords(effect)).toContain(', allowing for the risk they had (')
})
