import { expect, test } from 'vitest'
import { choicesOf } from '../random.ts'
import { drawKinds } from './draw.ts'
import { FAULTS } from './registry.ts'

const LONG_MS = 600_000
const names = (draw: ReturnType<typeof drawKinds>, rounds: number, leftMs: number) =>
  Array.from({ length: rounds }, () => draw(1, leftMs).map(({ name }) => name)).flat()

test('the same seed draws the same kinds, another one others', () => {
  const drawn = (seed: number) => names(drawKinds(choicesOf(seed, 'kinds')), 20, LONG_MS)
  expect(drawn(1)).toEqual(drawn(1))
  expect(drawn(1)).not.toEqual(drawn(2))
})

test('every kind strikes before one strikes again', () => {
  const early = FAULTS.filter(({ shortensLog }) => shortensLog !== true).map(({ name }) => name)
  expect(names(drawKinds(choicesOf(1, 'kinds')), early.length, LONG_MS).toSorted()).toEqual(early.toSorted())
})

test('no two break the same server at once', () => {
  const draw = drawKinds(choicesOf(1, 'kinds'))
  for (let n = 0; n < 200; n++) {
    const parts = draw(3, LONG_MS).flatMap(({ part }) => part ?? [])
    expect(new Set(parts).size).toBe(parts.length)
  }
})

test('records are deleted late, and then nothing strikes any more that needs them', () => {
  const draw = drawKinds(choicesOf(1, 'kinds'), ['records-deleted', 'redis-flushed', 'kill'])
  expect(names(draw, 10, LONG_MS)).not.toContain('records-deleted')
  const late = names(draw, 10, 0)
  expect(late).toContain('records-deleted')
  expect(late.slice(late.indexOf('records-deleted'))).not.toContain('redis-flushed')
})

test('a kind that is not there is told, with those that are', () => {
  expect(() => drawKinds(choicesOf(1, 'kinds'), ['kil'])).toThrow(/no kind of fault 'kil': there is kill,/)
})
