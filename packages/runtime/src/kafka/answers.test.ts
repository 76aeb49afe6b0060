import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Answers } from './answers.ts'

/** A length, and a body of which every byte depends on its place and on the answer. */
function answer(size: number, seed: number): Buffer {
  const bytes = Buffer.alloc(4 + size)
  bytes.writeInt32BE(size)
  for (let i = 4; i < bytes.length; i++) bytes[i] = (i * 31 + seed) & 255
  return bytes
}

/** What comes out when `bytes` are received in pieces of these sizes, over and over. */
function received(bytes: Buffer, pieces: readonly number[]): Buffer[] {
  const out: Buffer[] = []
  const answers = new Answers((one) => out.push(one))
  for (let at = 0, n = 0; at < bytes.length; n++) {
    const count = bytes.copy(answers.space(), 0, at, Math.min(bytes.length, at + (pieces[n % pieces.length] ?? 1)))
    answers.received(count)
    at += count
  }
  return out
}

const size = fc.oneof(
  { weight: 4, arbitrary: fc.nat(300) },
  { weight: 2, arbitrary: fc.integer({ min: 32_740, max: 32_800 }) },
  { weight: 1, arbitrary: fc.integer({ min: 60_000, max: 200_000 }) },
)
const pieces = fc.array(fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 100_000 })), {
  minLength: 1,
  maxLength: 12,
})

test('answers come out whole and in order, however they were cut', () => {
  fc.assert(
    fc.property(fc.array(size, { maxLength: 12 }), pieces, (sizes, cut) => {
      const sent = sizes.map(answer)
      const out = received(Buffer.concat(sent), cut)
      expect(out.length).toBe(sent.length)
      expect(Buffer.concat(out).equals(Buffer.concat(sent))).toBe(true)
    }),
    { numRuns: 60 },
  )
})

test('each answer has memory of its own: what comes later does not change it', () => {
  const sent = [answer(10, 1), answer(40_000, 2), answer(10, 3)]
  const out = received(Buffer.concat(sent), [20_000])
  expect(out.map((one, i) => one.equals(sent[i] ?? Buffer.alloc(0)))).toEqual([true, true, true])
})

test('a large answer is received into its place', () => {
  const out: Buffer[] = []
  const answers = new Answers((one) => out.push(one))
  const sent = answer(1_000_000, 5)
  answers.received(sent.copy(answers.space(), 0, 0, 10))
  const space = answers.space()
  expect(space.length).toBe(sent.length - 10)
  answers.received(sent.copy(space, 0, 10))
  expect(out[0]?.buffer).toBe(space.buffer)
  expect(out[0]?.equals(sent)).toBe(true)
})

test.each([
  ['no broker', Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')],
  ['a length below zero', Buffer.from([255, 255, 255, 250, 1, 2, 3])],
])('what is no answer is handed on as it comes, and nothing is set aside for it: %s', (_, strange) => {
  const whole = answer(3, 9)
  const out = received(
    Buffer.concat([whole, strange, strange]),
    [whole, strange, strange].map(({ length }) => length),
  )
  expect(out).toEqual([whole, strange, strange])
})
