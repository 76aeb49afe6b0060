import { type Random, randomFrom } from '@perennial/testkit'
import { describe, expect, test } from 'vitest'
import { anyTimeInterval } from './any-time.ts'
import { estimateOf, helpsProbability, intervalOf } from './estimate.ts'
import { NO_ADJUSTMENT, riskAdjustment } from './risk-adjustment.ts'
import { mergedTally, type Tally } from './tally.ts'
import { scoredGroup, shareOf, tallyOf } from './testing/simulated-play.ts'

/** Most members are safe and some nearly lost: 1/3 lapse. */
const riskOf = (random: Random) => random() ** 2
const MEAN_RISK = 1 / 3

type World = Readonly<{ treated: number; control: number; /** Of lapses that the play prevents. */ prevents: number }>

function predicted(random: Random, { treated, control, prevents }: World): Tally {
  return {
    treated: scoredGroup(random, { members: treated, riskOf, rateAt: (risk) => 1 - risk * (1 - prevents) }),
    control: scoredGroup(random, { members: control, riskOf, rateAt: (risk) => 1 - risk }),
    waiting: 0,
  }
}

function unpredicted(random: Random, { treated, control, prevents }: World): Tally {
  const rateAt = () => 1 - MEAN_RISK * (1 - prevents)
  return {
    treated: scoredGroup(random, { members: treated, riskOf, rateAt }),
    control: scoredGroup(random, { members: control, riskOf, rateAt: () => 1 - MEAN_RISK }),
    waiting: 0,
  }
}

describe('the adjustment by the risk before', () => {
  test.each([
    ['a score that predicts', predicted, { treated: 60, control: 30, prevents: 0.3 }],
    ['a score that predicts', predicted, { treated: 450, control: 50, prevents: 0.15 }],
    ['a score that predicts', predicted, { treated: 1_000, control: 1_000, prevents: 0 }],
    ['a score that says nothing', unpredicted, { treated: 60, control: 30, prevents: 0.3 }],
    ['a score that says nothing', unpredicted, { treated: 450, control: 50, prevents: 0.15 }],
  ])('keeps the true difference inside 95 times of 100: %s, %o', (_, drawn, world) => {
    const random = randomFrom(world.treated)
    const effect = MEAN_RISK * world.prevents
    const coverage = shareOf(1_000, () => {
      const tally = drawn(random, world)
      const { low, high } = intervalOf(tally, estimateOf(tally)!)
      return low <= effect && effect <= high
    })
    expect(coverage).toBeGreaterThanOrEqual(0.93)
    expect(coverage).toBeLessThanOrEqual(0.97)
  })

  test('narrows the interval as far as the score predicts', () => {
    const random = randomFrom(21)
    const tally = predicted(random, { treated: 4_500, control: 500, prevents: 0.15 })
    const { varianceLeft } = riskAdjustment(tally)
    // Variance of risk² is 1/5 − 1/9, that of lapsing 1/3 · 2/3: 40 % is told beforehand.
    expect(varianceLeft).toBeCloseTo(0.6, 1)
    const estimate = estimateOf(tally)!
    const without = { ...estimate, difference: estimate.seen, varianceLeft: 1 }
    const [narrow, wide] = [intervalOf(tally, estimate), intervalOf(tally, without)]
    expect((narrow.high - narrow.low) / (wide.high - wide.low)).toBeCloseTo(Math.sqrt(varianceLeft), 2)
    const unscored = estimateOf(tallyOf(tally.treated, tally.control))!
    const width = ({ anyTime }: typeof unscored) => anyTime.high - anyTime.low
    expect(width(estimate)).toBeLessThan(0.85 * width(unscored))
  })

  test('is that of a regression on arm and risk', () => {
    const treated = { members: 12, successes: 6 }
    const control = { members: 10, successes: 5 }
    // Arms whose risks are all 0.2 with success and 0.6 without, but for two members the other way round in each.
    const sums = ({ members, successes }: typeof treated) => {
      const [good, bad] = [0.2 * (successes - 2) + 0.6 * 2, 0.6 * (members - successes - 2) + 0.2 * 2]
      const [good2, bad2] = [0.04 * (successes - 2) + 0.36 * 2, 0.36 * (members - successes - 2) + 0.04 * 2]
      const scores = { scored: members, scoredSuccesses: successes, riskOfSuccesses: good }
      return {
        ...tallyOf({ members, successes }, control).treated,
        ...scores,
        risk: good + bad,
        riskSquared: good2 + bad2,
      }
    }
    const moved = { ...sums(treated), risk: sums(treated).risk + 12 * 0.1 }
    const shifted = {
      ...moved,
      riskSquared: sums(treated).riskSquared + 2 * 0.1 * sums(treated).risk + 12 * 0.01,
      riskOfSuccesses: sums(treated).riskOfSuccesses + 0.1 * 6,
    }
    const { shift } = riskAdjustment({ treated: shifted, control: sums(control), waiting: 0 })
    // By hand: within arms Σ(r − r̄)² = .48 + .4 = .88 and Σ(r − r̄)(s − s̄) = −.4 − .2 = −.6; the treated are .1 riskier.
    expect(shift).toBeCloseTo((0.6 / 0.88) * 0.1, 12)
  })

  test('is not made where an arm has too few successes or failures, no scores, or scores that do not differ', () => {
    const scored = predicted(randomFrom(1), { treated: 100, control: 100, prevents: 0 })
    const few = { ...scored.control, members: 104, successes: 100 }
    expect(riskAdjustment(scored)).not.toEqual(NO_ADJUSTMENT)
    expect(riskAdjustment({ ...scored, control: few })).toEqual(NO_ADJUSTMENT)
    expect(riskAdjustment(tallyOf(scored.treated, scored.control))).toEqual(NO_ADJUSTMENT)
    const same = { riskOf: () => 0.5, rateAt: () => 0.5, members: 100 }
    const random = randomFrom(2)
    const flat = { treated: scoredGroup(random, same), control: scoredGroup(random, same), waiting: 0 }
    expect(riskAdjustment(flat)).toEqual(NO_ADJUSTMENT)
  })

  test('is not made where it would widen the interval', () => {
    const random = randomFrom(6)
    const opposed = {
      treated: scoredGroup(random, { members: 900, riskOf, rateAt: (risk) => 1 - risk }),
      control: scoredGroup(random, { members: 100, riskOf, rateAt: (risk) => risk }),
      waiting: 0,
    }
    expect(riskAdjustment(opposed)).toEqual(NO_ADJUSTMENT)
  })

  test('moves the interval for any time along', () => {
    const tally = predicted(randomFrom(8), { treated: 300, control: 60, prevents: 0.2 })
    const { shift, varianceLeft } = riskAdjustment(tally)
    const { low, high } = anyTimeInterval(tally.treated, tally.control, varianceLeft)
    const { anyTime } = estimateOf(tally)!
    expect(Math.abs(shift)).toBeGreaterThan(0.001)
    expect(anyTime.low).toBeCloseTo(low + shift, 12)
    expect(anyTime.high).toBeCloseTo(high + shift, 12)
  })

  test.each([
    { treated: 10, control: 10, prevents: 0 },
    { treated: 36, control: 4, prevents: 0 },
    { treated: 18, control: 6, prevents: 0.2 },
  ])('keeps weekly looks wrong in 5 of 100 plays at most: %o', (week) => {
    const random = randomFrom(week.treated)
    const effect = MEAN_RISK * week.prevents
    const everWrong = shareOf(300, () => {
      let sum: Tally = tallyOf({ members: 0, successes: 0 }, { members: 0, successes: 0 })
      for (let look = 0; look < 52; look++) {
        sum = mergedTally([sum, predicted(random, week)])
        const { low, high } = estimateOf(sum)!.anyTime
        if (low > effect || high < effect) return true
      }
      return false
    })
    expect(everWrong).toBeLessThanOrEqual(0.05)
  })

  test('counts members without a score as of middling risk', () => {
    const scored = predicted(randomFrom(3), { treated: 300, control: 300, prevents: 0 })
    const more = { ...scored.treated, members: 400, successes: scored.treated.successes + 70 }
    const { varianceLeft } = riskAdjustment({ ...scored, treated: more })
    expect(varianceLeft).toBeGreaterThan(riskAdjustment(scored).varianceLeft)
    expect(varianceLeft).toBeLessThan(1)
  })

  test('moves the probability that the play helps along', () => {
    const tally = predicted(randomFrom(4), { treated: 300, control: 300, prevents: 0.2 })
    const estimate = estimateOf(tally)!
    const helps = helpsProbability(tally, estimate)
    const { low, high } = intervalOf(tally, estimate)
    expect(helps > 0.975).toBe(low > 0)
    expect(helpsProbability(tally, { ...estimate, difference: -high })).toBeLessThan(0.5)
  })
})
