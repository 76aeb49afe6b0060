import { randomFrom } from '@perennial/testkit'
import { expect, test } from 'vitest'
import { isOutOfBalance } from './arm-balance.ts'
import { shareOf, tallyOf } from './testing/simulated-play.ts'

const sizes = (treated: number, control: number) =>
  tallyOf({ members: treated, successes: 0 }, { members: control, successes: 0 })

test('arms of the sizes that chance makes are in balance, look after look', () => {
  const random = randomFrom(11)
  const alarmed = shareOf(300, () => {
    let control = 0
    for (let members = 1; members <= 4_000; members++) {
      if (random() < 0.1) control++
      if (members % 40 === 0 && isOutOfBalance(sizes(members - control, control), 0.1)) return true
    }
    return false
  })
  expect(alarmed).toBeLessThanOrEqual(0.01)
})

test('arms are out of balance where the treated are counted only if something was sent', () => {
  expect(isOutOfBalance(sizes(900, 100), 0.1)).toBe(false)
  expect(isOutOfBalance(sizes(500, 100), 0.1)).toBe(true)
  expect(isOutOfBalance(sizes(900, 50), 0.1)).toBe(true)
})

test('a handful of members says nothing', () => {
  expect(isOutOfBalance(sizes(0, 9), 0.1)).toBe(false)
  expect(isOutOfBalance(sizes(0, 0), 0.1)).toBe(false)
})
