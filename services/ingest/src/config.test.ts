import { expect, test } from 'vitest'
import { readIngestConfig } from './config.ts'

test('has a default for everything', () => {
  expect(readIngestConfig({})).toEqual({
    maxFutureMs: 300_000,
    badShare: 0.05,
    identityKey: undefined,
    signalsFile: undefined,
    lingerMs: 2,
    schemaPatienceMs: 300_000,
    deadSchemaIds: new Set(),
  })
})

test('reads what is set', () => {
  const env = { MAX_FUTURE_MINUTES: '1', BAD_RECORD_SHARE: '0.5', IDENTITY_KEY: 'k', DEAD_SCHEMA_IDS: '4, 7' }
  expect(readIngestConfig(env)).toMatchObject({
    maxFutureMs: 60_000,
    badShare: 0.5,
    identityKey: 'k',
    deadSchemaIds: new Set([4, 7]),
  })
})

test.each([
  ['BAD_RECORD_SHARE', '5'],
  ['MAX_FUTURE_MINUTES', '-1'],
  ['INGEST_LINGER_MS', 'soon'],
  ['DEAD_SCHEMA_IDS', '4,x'],
])('a wrong %s is named, with an example', (name, value) => {
  expect(() => readIngestConfig({ [name]: value })).toThrow(new RegExp(`${name}.*\\n?.*Example: ${name}=`, 's'))
})
