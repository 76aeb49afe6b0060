import { expect, test } from 'vitest'
import { EnvReader } from '../env.ts'
import { contactKey, readContactKeys } from './contact-keys.ts'

const ONE = Buffer.alloc(32, 1)
const TWO = Buffer.alloc(32, 2)

function read(value: string) {
  const from = new EnvReader({ CONTACT_KEY: value })
  return { keys: readContactKeys(from), problems: from.problems }
}

test('a key is 32 bytes, in hex or base64; of several the first seals', () => {
  const { keys, problems } = read(`${TWO.toString('base64')},\n${ONE.toString('hex')}`)
  expect(problems).toEqual([])
  expect(keys).toEqual([contactKey(TWO), contactKey(ONE)])
  expect(keys?.[0].id).not.toEqual(keys?.[1]?.id)
})

test('without a key there are none', () => {
  expect(read('')).toEqual({ keys: undefined, problems: [] })
})

test.each([['abc'], [ONE.toString('hex').slice(2)], [`${ONE.toString('hex')}, ??`]])(
  '%s is refused, unquoted',
  (value) => {
    const { problems } = read(value)
    expect(problems).toEqual([
      'CONTACT_KEY is not 32 bytes in hex or base64. Example: CONTACT_KEY=$(openssl rand -hex 32)',
    ])
  },
)
