import { expect, test } from 'vitest'
import { effectOf } from './effect.ts'
import { rankedPlays } from './ranking.ts'
import type { Group } from './rate-difference.ts'
import { unscored } from './testing/simulated-play.ts'

const of = (successes: number, members: number): Group => ({ members, successes })

function playOf(play: string, treated: Group, control: Group, dues = 0) {
  const sums = { ...unscored(treated), withDues: dues === 0 ? 0 : treated.members, dues: dues * treated.members }
  return { play, effect: effectOf({ treated: sums, control: unscored(control), waiting: 0 }) }
}

test('plays are ranked by saved dues, then by saved members; those with too few members come last', () => {
  const plays = [
    playOf('lucky few', of(10, 10), of(2, 10), 1_000),
    playOf('harmful', of(800, 1_000), of(900, 1_000), 100),
    playOf('without dues, small', of(9_000, 10_000), of(8_500, 10_000)),
    playOf('without dues, large', of(9_000, 10_000), of(8_000, 10_000)),
    playOf('cheap', of(900, 1_000), of(800, 1_000), 50),
    playOf('dear', of(900, 1_000), of(800, 1_000), 100),
    playOf('nobody', of(0, 0), of(0, 0)),
    playOf('a nobody', of(0, 0), of(0, 0)),
  ]
  const order = [
    'dear',
    'cheap',
    'without dues, large',
    'without dues, small',
    'harmful',
    'lucky few',
    'a nobody',
    'nobody',
  ]
  expect(rankedPlays(plays).map(({ play }) => play)).toEqual(order)
  expect(rankedPlays(plays.toReversed()).map(({ play }) => play)).toEqual(order)
})
