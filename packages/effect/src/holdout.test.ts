import { memberKey, partitionFor } from '@perennial/member'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { armOf, isHeldOut, isHeldOutOfAll } from './holdout.ts'

const salt = 'pinned-salt'
const MEMBERS = 50_000
const ids: Readonly<Record<string, (n: number) => string>> = {
  'numbers in a row': (n) => String(n),
  'ids with leading zeros': (n) => `M-${String(n).padStart(6, '0')}`,
  'ids that differ at the front': (n) => `${n}@members.example.org`,
  'long ids': (n) => `00000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`,
}

/** Where the member stands on 0..1, to a sixteenth, as the shares tell. */
function sixteenth(heldOut: (share: number) => boolean): number {
  let place = 0
  for (const step of [8, 4, 2, 1]) if (!heldOut((place + step) / 16)) place += step
  return place
}

const chiSquare = (counts: readonly number[], expected: number) =>
  counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)

describe('who is held out', () => {
  test('never changes: what was compared last year is compared with the same members', () => {
    const ids = Array.from({ length: 60 }, (_, n) => `M-${n}`)
    const heldOut = (play: string) => ids.filter((memberId) => isHeldOut({ salt, memberId, play, share: 0.1 }))
    expect(heldOut('win-back')).toEqual(['M-28', 'M-36', 'M-55'])
    expect(heldOut('renewal-series')).toEqual(['M-0', 'M-4', 'M-8', 'M-24', 'M-37', 'M-42', 'M-49'])
    expect(ids.filter((memberId) => isHeldOutOfAll({ salt, memberId, share: 0.1 }))).toEqual([
      'M-2',
      'M-3',
      'M-8',
      'M-13',
      'M-18',
      'M-23',
      'M-27',
      'M-37',
      'M-44',
      'M-48',
      'M-51',
    ])
    const unusual = { salt, memberId: 'Zoë 🌱', play: 'win-back' }
    expect(isHeldOut({ ...unusual, share: 0.1272 })).toBe(false)
    expect(isHeldOut({ ...unusual, share: 0.1273 })).toBe(true)
  })

  test.each(Object.entries(ids))('is spread evenly over %s', (_, idOf) => {
    const [ofPlay, ofAll] = [new Array<number>(16).fill(0), new Array<number>(16).fill(0)]
    for (let n = 0; n < MEMBERS; n++) {
      const memberId = idOf(n)
      ofPlay[sixteenth((share) => isHeldOut({ salt, memberId, play: 'win-back', share }))]!++
      ofAll[sixteenth((share) => isHeldOutOfAll({ salt, memberId, share }))]!++
    }
    // 15 degrees of freedom: once in a thousand above 37.7.
    expect(chiSquare(ofPlay, MEMBERS / 16)).toBeLessThan(37.7)
    expect(chiSquare(ofAll, MEMBERS / 16)).toBeLessThan(37.7)
  })

  test.each(Object.entries(ids))(
    'is independent between plays, the global holdout and partitions, for %s',
    (_, idOf) => {
      const share = 0.1
      const draws: readonly ((memberId: string) => boolean)[] = [
        (memberId) => isHeldOut({ salt, memberId, play: 'series-1', share }),
        (memberId) => isHeldOut({ salt, memberId, play: 'series-2', share }),
        (memberId) => isHeldOut({ salt, memberId, play: 'welcome', share }),
        (memberId) => isHeldOut({ salt: 'another', memberId, play: 'welcome', share }),
        (memberId) => isHeldOutOfAll({ salt, memberId, share }),
        (memberId) => partitionFor(memberKey(memberId), 10) === 0,
      ]
      const columns = draws.map((draw) => Array.from({ length: MEMBERS }, (_, n) => Number(draw(idOf(n)))))
      for (const [i, a] of columns.entries())
        for (const b of columns.slice(0, i)) {
          const both = a.reduce((sum, x, n) => sum + x * b[n]!, 0)
          const [ofA, ofB] = [a, b].map((column) => column.reduce((sum, x) => sum + x, 0) / MEMBERS)
          const covariance = both / MEMBERS - ofA! * ofB!
          const correlation = covariance / Math.sqrt(ofA! * (1 - ofA!) * ofB! * (1 - ofB!))
          // Four deviations of what chance makes.
          expect(Math.abs(correlation)).toBeLessThan(4 / Math.sqrt(MEMBERS))
        }
    },
  )

  test('a greater share holds out more members, and all whom a smaller one does', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true })
    fc.assert(
      fc.property(fc.string(), fc.string(), share, share, (memberId, play, a, b) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)]
        const draw = { salt, memberId, play }
        for (const heldOut of [isHeldOut, isHeldOutOfAll])
          expect(heldOut({ ...draw, share: high })).toBe(
            heldOut({ ...draw, share: low }) || heldOut({ ...draw, share: high }),
          )
        expect(isHeldOut({ ...draw, share: 0 })).toBe(false)
        expect(isHeldOut({ ...draw, share: 1 })).toBe(true)
      }),
    )
  })

  test('a play and a member cannot be confused with others that read the same together', () => {
    const differ = Array.from({ length: 200 }, (_, n) => n).filter(
      (n) =>
        isHeldOut({ salt, play: 'a', memberId: `b${n}`, share: 0.5 }) !==
        isHeldOut({ salt, play: 'ab', memberId: `${n}`, share: 0.5 }),
    )
    expect(differ.length).toBeGreaterThan(60)
  })
})

test('the global holdout gets no play, whatever is drawn for the play', () => {
  const draw = { salt, play: 'win-back', share: 0.2, globalShare: 0.1 }
  const counts = { treated: 0, control: 0, 'global-control': 0 }
  for (let n = 0; n < 10_000; n++) {
    const memberId = `M-${n}`
    const arm = armOf({ ...draw, memberId })
    counts[arm]++
    const ofPlay = isHeldOut({ ...draw, memberId }) ? 'control' : 'treated'
    expect(arm).toBe(isHeldOutOfAll({ salt, memberId, share: 0.1 }) ? 'global-control' : ofPlay)
  }
  expect(counts.treated / 10_000).toBeCloseTo(0.72, 1)
  expect(counts.control / 10_000).toBeCloseTo(0.18, 1)
})

test('a share that is none, or no salt, is refused', () => {
  const draw = { salt, memberId: 'M-1', play: 'win-back' }
  for (const share of [-0.1, 1.1, 10, Number.NaN])
    expect(() => isHeldOut({ ...draw, share })).toThrow(
      `between 0 and 1 (0.1 holds out every tenth member), not ${share}`,
    )
  expect(() => isHeldOut({ ...draw, salt: '', share: 0.1 })).toThrow('needs a salt')
  expect(() => isHeldOutOfAll({ ...draw, salt: '', share: 0.1 })).toThrow('needs a salt')
})
