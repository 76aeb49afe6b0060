import { Fault } from '@perennial/runtime'
import { expect, test } from 'vitest'
import { exitCodeOf, foundInAnswer } from './exit.ts'

test.each([
  ['a wrong setting', new Fault('config', ''), 2],
  ['a wrong command line', new Fault('usage', ''), 2],
  ['a port that is taken', new Fault('api/listen', ''), 2],
  ['a finding', new Fault('found', ''), 1],
  ['a finding that the answer holds', foundInAnswer(''), 1],
  ['a deployment that was never started', new Fault('log/no-topic', ''), 1],
  ['no Redis', new Fault('redis/unreachable', '', { retriable: true }), 3],
  ['a Redis that wants a password', new Fault('REDIS_REFUSED', ''), 3],
  ['a Redis that does not fit', new Fault('redis/unfit', ''), 3],
  ['no Kafka', new Fault('kafka/unreachable', '', { retriable: true }), 3],
  ['no registry', new Fault('schema/registry', '', { retriable: true }), 3],
  ['a bug', new TypeError(''), 4],
  ['a schema that breaks the rule', new Fault('schema/incompatible', ''), 4],
])('%s ends with its own code', (_, error, code) => {
  expect(exitCodeOf(error)).toBe(code)
})
