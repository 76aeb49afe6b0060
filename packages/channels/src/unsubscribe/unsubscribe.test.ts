import { EnvReader } from '@perennial/runtime'
import { expect, test } from 'vitest'
import { readUnsubscribeKeys } from './keys.ts'
import { readToken, unsubscribeToken } from './token.ts'

const OLD = 'o'.repeat(32)
const NEW = 'n'.repeat(32)
const about = { memberId: 'Mitglied-17 ä', purpose: 'marketing', interventionId: 'i-0123456789abcdef01234567' }

test('a token says who, which consent and which message, and fits into an address as it is', () => {
  const token = unsubscribeToken([NEW], about)
  expect(readToken([NEW], token)).toEqual(about)
  expect(token).toMatch(/^[\w-]+\.[\w-]{22}$/)
})

test('a token of a key that was replaced still counts', () => {
  const token = unsubscribeToken([OLD], about)
  expect(readToken([NEW, OLD], token)).toEqual(about)
  expect(readToken([NEW], token)).toBe(undefined)
})

test('what was not signed is not read', () => {
  const token = unsubscribeToken([NEW], about)
  const [body, signature] = token.split('.')
  const other = Buffer.from('M-18\nmarketing\ni-1').toString('base64url')
  for (const forged of [
    `${other}.${signature}`,
    `${body}.${'A'.repeat(22)}`,
    `${body}.`,
    `${body}`,
    `${token}.x`,
    '',
    '.',
  ])
    expect(readToken([NEW], forged)).toBe(undefined)
})

test('keys are read in the order given; a short one is refused and not shown', () => {
  const read = (value: string) => {
    const from = new EnvReader({ UNSUBSCRIBE_KEY: value })
    return { keys: readUnsubscribeKeys(from), problems: from.problems }
  }
  expect(read(`${NEW}\n${OLD}`)).toEqual({ keys: [NEW, OLD], problems: [] })
  expect(read('')).toEqual({ keys: undefined, problems: [] })
  expect(read('too-short').problems).toEqual([
    'UNSUBSCRIBE_KEY is shorter than 32 characters. Example: UNSUBSCRIBE_KEY=$(openssl rand -hex 32)',
  ])
})
