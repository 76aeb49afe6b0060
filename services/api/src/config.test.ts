import { expect, test } from 'vitest'
import { isLoopback } from './access.ts'
import { readApiConfig } from './config.ts'

const TOKEN = 'a-token-of-sixteen-characters'

test('listens on this machine only, by itself', () => {
  expect(readApiConfig({})).toEqual({
    host: '127.0.0.1',
    port: 8710,
    token: undefined,
    requestsPerSecond: 200,
    identityKey: undefined,
    contactKeys: undefined,
    modelFile: undefined,
    signalsFile: undefined,
    playbooks: expect.stringMatching(/playbooks$/),
    reportMs: 600_000,
    unsubscribeKeys: undefined,
  })
})

test.each([
  [{ API_REQUESTS_PER_SECOND: '-1' }, /API_REQUESTS_PER_SECOND is '-1'/],
  [{ PERENNIAL_API_TOKEN: 'short' }, /shorter than 16 characters/],
  [{ PERENNIAL_PORT: '70000' }, /PERENNIAL_PORT is '70000': above 65535/],
])('refuses %j', (env, message) => {
  expect(() => readApiConfig(env)).toThrow(message)
})

test('never quotes a token', () => {
  expect(() => readApiConfig({ PERENNIAL_API_TOKEN: 'my-secret' })).not.toThrow(/my-secret/)
})

test('may be reached by others with a token', () => {
  expect(readApiConfig({ PERENNIAL_HOST: '0.0.0.0', PERENNIAL_API_TOKEN: TOKEN }).token).toBe(TOKEN)
})

test.each([
  ['127.0.0.1', true],
  ['127.8.9.1', true],
  ['::1', true],
  ['localhost', true],
  ['0.0.0.0', false],
  ['::', false],
  ['10.0.0.1', false],
])('%s is this machine only: %s', (host, expected) => {
  expect(isLoopback(host)).toBe(expected)
})
