import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Interner } from './interner.ts'

const encoder = new TextEncoder()

function numbersOf(texts: readonly string[], interner = new Interner()): number[] {
  return texts.map((text) => {
    const bytes = encoder.encode(`<${text}>`)
    return interner.number(bytes, 1, bytes.length - 1)
  })
}

test('numbers texts in the order they are first seen, equal ones alike', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 12, unit: 'grapheme' })), (texts) => {
      const interner = new Interner()
      const distinct = [...new Set(texts)]
      expect(numbersOf(texts, interner)).toEqual(texts.map((text) => distinct.indexOf(text)))
      expect(interner.texts).toEqual(distinct)
    }),
  )
})

test('grows, and still finds what it had', () => {
  const interner = new Interner()
  const texts = Array.from({ length: 20_000 }, (_, i) => `member-${i * 7919}`)
  expect(numbersOf(texts, interner)).toEqual(texts.map((_, i) => i))
  expect(numbersOf(texts.toReversed(), interner)).toEqual(texts.map((_, i) => i).toReversed())
})
