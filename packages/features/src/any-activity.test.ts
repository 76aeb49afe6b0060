import { BUILT_IN, DAY_MS, type Rows } from '@perennial/member'
import { describe, expect, test } from 'vitest'
import { daysSinceActivity } from './days-since-activity.ts'
import { featuresFor } from './registry.ts'
import { streams365 } from './streams-365.ts'
import { type Act, day, rowOf, WITH_OPEN } from './testing/rows.ts'

const features = featuresFor(WITH_OPEN)
const MERGED = WITH_OPEN.open('code', 'merged')?.id ?? NaN
const THANKED = WITH_OPEN.open('forum', 'thanked')?.id ?? NaN
const WARNED = WITH_OPEN.open('forum', 'warned')?.id ?? NaN

function row(...acts: readonly (readonly [signal: Act['signal'], daysAgo: number])[]): Rows {
  const activities = acts.map(([signal, daysAgo]) => ({ signal, at: day(-daysAgo) }))
  return rowOf({ joinedAt: day(-4000) }, activities, WITH_OPEN)
}

function valueOf(name: string, rows: Rows): number {
  return features.named(name)?.value(rows, 0, day(0)) ?? NaN
}

describe('an open signal', () => {
  test('counts as activity of any kind, beside the built-in ones', () => {
    const rows = row([MERGED, 30], ['web_visit', 0])
    expect(valueOf('activity_30', rows)).toBeCloseTo(Math.log(2.5), 10)
    expect(valueOf('activity_90', row([MERGED, 90]))).toBeCloseTo(Math.log(1.5), 10)
    expect(valueOf('activity_365', row([MERGED, 365]))).toBeCloseTo(Math.log(1.5), 10)
    expect(valueOf('consumption_30', row([MERGED, 0]))).toBe(0)
  })

  test('of a family counts as that', () => {
    const rows = row([THANKED, 90])
    expect(valueOf('belonging_90', rows)).toBeCloseTo(Math.log(1.5), 10)
    expect(valueOf('belonging_silence', rows)).toBeCloseTo(Math.log(1.5), 10)
  })

  test('that is friction is no activity, and still has sums of its own', () => {
    const rows = row([WARNED, 0])
    expect(valueOf('activity_365', rows)).toBe(0)
    expect(valueOf('friction_90', rows)).toBeCloseTo(Math.LN2, 10)
    expect(valueOf('sum_365:forum.warned', rows)).toBeCloseTo(Math.LN2, 10)
    expect(valueOf('sum_365:forum.thanked', rows)).toBe(0)
  })

  test('has a sum for each half-life, told by its label', () => {
    const rows = row([MERGED, 30])
    expect(valueOf('sum_30:code.merged', rows)).toBeCloseTo(Math.log(1.5), 10)
    expect(valueOf('sum_90:code.merged', rows)).toBeCloseTo(Math.log1p(2 ** (-30 / 90)), 10)
    expect(features.named('sum_90:forum.warned')?.explain(Math.log(3))).toContain(
      'warnings this season: about 1.4 times',
    )
  })

  test('that is not named has no features, and the reason says so', () => {
    const builtIn = featuresFor(BUILT_IN)
    expect(builtIn.named('sum_365:code.merged')).toBeUndefined()
    expect(builtIn.missing('sum_365:code.merged')).toContain('needs the signal code.merged')
    expect(features.missing('sum_7:code.merged')).toContain(
      'is no feature: sum_7:code.merged. There are consumption_30',
    )
  })
})

describe('days since the last activity', () => {
  test.each([
    ['today', row(['login', 0]), 0],
    ['40 days ago, whatever it was', row(['login', 100], [MERGED, 40]), Math.log(41)],
    ['friction does not count, joining neither', row([WARNED, 1]), Math.log(3651)],
    ['a machine does not count', rowOf({}, [{ signal: 'email_opened', at: day(0), trust: 0.2 }]), Math.log(3651)],
  ])('%s', (_, rows, expected) => {
    expect(daysSinceActivity.value(rows, 0, day(0))).toBeCloseTo(expected, 10)
  })

  test.each([
    [0, 'active today'],
    [Math.log(1 + 112.7), 'last active 112 days ago'],
    [Math.log(3651), 'no activity on record'],
  ])('%f in words', (value, words) => {
    expect(daysSinceActivity.explain(value)).toBe(words)
  })
})

describe('breadth', () => {
  const breadth = streams365(WITH_OPEN)

  test.each([
    ['nothing', row(), 0],
    ['two signals of one stream are one way', row(['web_visit', 3], ['login', 200]), 1],
    ['an open stream is another', row(['web_visit', 3], [MERGED, 200], [THANKED, 9]), 3],
    ['friction is none', row([WARNED, 3], ['refund', 3]), 0],
    ['what lies a year back is none', row(['web_visit', 365], [MERGED, 364.99]), 1],
  ])('%s', (_, rows, ways) => {
    expect(breadth.value(rows, 0, day(0))).toBeCloseTo(Math.log1p(ways), 12)
  })

  test('steps down when the last activity of a stream is a year old', () => {
    const rows = row(['web_visit', 100], ['login', 40], [MERGED, 65])
    const steps: number[] = []
    for (let at = day(0); at < Infinity; at = breadth.nextStep(rows, 0, at)) steps.push(at)
    expect(steps).toEqual([day(0), day(300), day(325)])
    expect(steps.map((at) => Math.expm1(breadth.value(rows, 0, at) ?? NaN)).map(Math.round)).toEqual([2, 1, 0])
    expect(Math.expm1(breadth.value(rows, 0, day(300) - 1) ?? NaN)).toBeCloseTo(2, 10)
  })

  test.each([
    [0, 'active in no way within a year'],
    [Math.log(2), 'active in 1 way within a year'],
    [Math.log(5), 'active in 4 ways within a year'],
  ])('%f in words', (value, words) => {
    expect(breadth.explain(value)).toBe(words)
  })
})

test('the slope of days since is bounded by what it is at once', () => {
  const rows = row(['login', 1])
  expect(daysSinceActivity.slopeBound(rows, 0, day(0)) * DAY_MS).toBeCloseTo(0.5, 12)
  expect(daysSinceActivity.slopeBound(row(), 0, day(0))).toBe(0)
})
