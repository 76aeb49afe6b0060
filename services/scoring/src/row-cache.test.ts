import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { RowCache, RowMemory } from './row-cache.ts'

const row = (length: number, byte: number) => new Uint8Array(length).fill(byte)

type Pair = Readonly<{ cache: RowCache; truth: ReadonlyMap<string, Uint8Array> }>

/** The keys of which the cache knows something that is not so. */
function wrong({ cache, truth }: Pair): string[] {
  return '0123456789'.split('').filter((key) => {
    const known = cache.get(key)
    return known !== undefined && Buffer.compare(known, truth.get(key) ?? row(1_000, 0)) !== 0
  })
}

function raise(): never {
  throw new Error('no such cache')
}

describe('rows in memory', () => {
  test('what is known is what was put last, whatever had to go', () => {
    const act = fc.record({
      on: fc.nat(1),
      key: fc.nat(9).map(String),
      length: fc.integer({ min: 0, max: 40 }),
      byte: fc.nat(255),
      gone: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.array(act, { maxLength: 200 }), fc.constantFrom(0, 30, 64, 500), (acts, bytes) => {
        const memory = new RowMemory(bytes)
        const pairs = [0, 1].map(() => ({ cache: new RowCache(memory), truth: new Map<string, Uint8Array>() }))
        for (const { on, key, length, byte, gone } of acts) {
          const { cache, truth } = pairs[on] ?? raise()
          if (gone) cache.delete(key)
          else cache.put(key, row(length, byte))
          if (gone) truth.delete(key)
          else truth.set(key, row(length, byte))
          expect(pairs.flatMap(wrong)).toEqual([])
        }
      }),
    )
  })

  test('keeps what fits, and lets go of what was written longest ago', () => {
    const cache = new RowCache(new RowMemory(3 << 20))
    const rowBytes = 1 << 19
    for (const key of ['a', 'b', 'c', 'd', 'e', 'f']) cache.put(key, row(rowBytes, 1))
    expect(cache.get('a')).toHaveLength(rowBytes)
    cache.put('g', row(rowBytes, 1))
    expect([cache.get('a'), cache.get('b')]).toEqual([undefined, undefined])
    expect(cache.get('c')).toHaveLength(rowBytes)
  })

  test('without memory nothing is kept', () => {
    const cache = new RowCache(new RowMemory(0))
    cache.put('a', row(1, 1))
    expect(cache.get('a')).toBeUndefined()
  })
})
