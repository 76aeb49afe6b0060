import type { Choices } from '../torture/random.ts'
import { BYTE_CHANGES } from './changes/bytes.ts'
import { JSON_CHANGES } from './changes/json.ts'
import { TEXT_CHANGES } from './changes/text.ts'
import { MOST_INPUT_BYTES, type Shape, type Target } from './target.ts'

/** Makes another input of one; `other` is a sample, to take from. */
export type Change = (input: Buffer, other: Buffer, choices: Choices, words: readonly string[]) => Buffer

const CHANGES: Readonly<Record<Shape, readonly Change[]>> = {
  bytes: BYTE_CHANGES,
  text: [...TEXT_CHANGES, ...TEXT_CHANGES, ...BYTE_CHANGES],
  json: [...JSON_CHANGES, ...JSON_CHANGES, ...JSON_CHANGES, ...TEXT_CHANGES, ...BYTE_CHANGES],
}

const RANDOM_SHARE = 0.05
const MOST_CHANGES = 4
const MOST_RANDOM_BYTES = 300

/** One input: mostly a sample with a few changes, now and then nothing but random bytes. */
export function drawInput({ shape, samples, words = [] }: Target, choices: Choices): Buffer {
  if (choices.chance(RANDOM_SHARE)) return randomBytes(choices.between(0, MOST_RANDOM_BYTES), choices)
  let input = choices.one(samples)
  for (let left = choices.between(1, MOST_CHANGES); left > 0; left--) {
    const change = choices.one(CHANGES[shape])
    input = change(input, choices.one(samples), choices, words).subarray(0, MOST_INPUT_BYTES)
  }
  return input
}

function randomBytes(length: number, choices: Choices): Buffer {
  return Buffer.from(Array.from({ length }, () => choices.between(0, 255)))
}
