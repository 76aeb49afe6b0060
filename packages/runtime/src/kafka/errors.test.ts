import { expect, test } from 'vitest'
import { hasErrorType, isPassing, isRebalance } from './errors.ts'

const wrapped = (inner: object, name: string): object =>
  Object.assign(new Error(name), { name, retriable: false, cause: inner })

test('finds the protocol error under its wrappings', () => {
  const error = wrapped(
    wrapped({ type: 'ILLEGAL_GENERATION', retriable: false }, 'KafkaJSNonRetriableError'),
    'KafkaJSError',
  )
  expect(isRebalance(error)).toBe(true)
  expect(hasErrorType({ errors: [{ type: 'TOPIC_ALREADY_EXISTS' }] }, 'TOPIC_ALREADY_EXISTS')).toBe(true)
  expect(isRebalance(new Error('REBALANCE_IN_PROGRESS'))).toBe(false)
})

test.each([
  ['retries used up', wrapped({}, 'KafkaJSNumberOfRetriesExceeded'), true],
  ['retriable below', wrapped({ retriable: true }, 'KafkaJSNonRetriableError'), true],
  ['no coordinator because no broker', wrapped({}, 'KafkaJSGroupCoordinatorNotFound'), true],
  ['a codec we lack', wrapped({ retriable: true }, 'KafkaJSNotImplemented'), false],
  ['wrong password', wrapped({ retriable: true }, 'KafkaJSSASLAuthenticationError'), false],
  ['a bug', new TypeError('x is not a function'), false],
  ['nothing', undefined, false],
])('%s: passing is %s', (_, error, passing) => {
  expect(isPassing(error)).toBe(passing)
})
