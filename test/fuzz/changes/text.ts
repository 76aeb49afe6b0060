import type { Choices } from '../../torture/random.ts'
import type { Change } from '../draw.ts'
import { ODD_TEXTS } from './odd.ts'

export const TEXT_CHANGES: readonly Change[] = [insertWord, replaceToken, replaceNumber, dropLine, doubleLine, nest]

const NUMBERS = ['0', '-1', '1e999', '-0', '9007199254740993', '1'.repeat(400), '0.1e-400', 'NaN', '0x1f', '٣', '1_000']
const OPENINGS = ['[', '{"a":', '{a: ', '- ', '&a [*a,', '"', '((', '!!map {? ']
const DEEPEST = 6_000

function insertWord(input: Buffer, _: Buffer, choices: Choices, words: readonly string[]): Buffer {
  const text = input.toString()
  const at = choices.between(0, text.length)
  return Buffer.from(text.slice(0, at) + word(choices, words) + text.slice(at))
}

function replaceToken(input: Buffer, _: Buffer, choices: Choices, words: readonly string[]): Buffer {
  return replaceOne(input, /[\p{L}\p{N}_.-]+/gu, choices, () => word(choices, words))
}

function replaceNumber(input: Buffer, _: Buffer, choices: Choices): Buffer {
  return replaceOne(input, /-?\d+(\.\d+)?/g, choices, () => choices.one(NUMBERS))
}

function dropLine(input: Buffer, _: Buffer, choices: Choices): Buffer {
  const lines = input.toString().split('\n')
  lines.splice(choices.between(0, lines.length - 1), 1)
  return Buffer.from(lines.join('\n'))
}

function doubleLine(input: Buffer, other: Buffer, choices: Choices): Buffer {
  const lines = input.toString().split('\n')
  const line = choices.one((choices.chance(0.5) ? input : other).toString().split('\n'))
  lines.splice(choices.between(0, lines.length), 0, line)
  return Buffer.from(lines.join('\n'))
}

function nest(input: Buffer, _: Buffer, choices: Choices): Buffer {
  const text = input.toString()
  const at = choices.between(0, text.length)
  const opening = choices.one(OPENINGS).repeat(choices.one([1, 3, 50, DEEPEST]))
  return Buffer.from(text.slice(0, at) + opening + text.slice(at))
}

function replaceOne(input: Buffer, pattern: RegExp, choices: Choices, by: () => string): Buffer {
  const text = input.toString()
  const found = [...text.matchAll(pattern)]
  if (found.length === 0) return input
  const { 0: token, index } = choices.one(found)
  return Buffer.from(text.slice(0, index) + by() + text.slice(index + token.length))
}

function word(choices: Choices, words: readonly string[]): string {
  return words.length > 0 && choices.chance(0.6) ? choices.one(words) : choices.one(ODD_TEXTS)
}
