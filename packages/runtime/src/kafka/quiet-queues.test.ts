import { createRequire } from 'node:module'
import { expect, test } from 'vitest'
import { quietQueues, type RequestQueue } from './quiet-queues.ts'

type Sent = { correlationId: number }
type Queue = RequestQueue & {
  push(request: object): void
  fulfillRequest(answer: object): void
  destroy(): void
}

const require = createRequire(import.meta.url)
const silent = { debug: () => undefined, warn: () => undefined }

/** kafkajs's own queue, and what it has sent. */
function makeQueue(maxInFlightRequests: number | null = null) {
  quietQueues()
  const KafkajsQueue = require('kafkajs/src/network/requestQueue') as new (options: object) => Queue
  const queue = new KafkajsQueue({ maxInFlightRequests, requestTimeout: 1_000, logger: silent })
  const sent: number[] = []
  const push = (correlationId: number) => {
    const entry = { correlationId, resolve: () => undefined, reject: () => undefined }
    queue.push({ entry, expectResponse: true, sendRequest: () => sent.push(correlationId) })
  }
  const answer = ({ correlationId }: Sent) => queue.fulfillRequest({ correlationId, size: 0, payload: null })
  return { queue, sent, push, answer }
}

test('a queue in which nothing waits sets no timer, however many answers it has had', () => {
  const { queue, push, answer } = makeQueue()
  for (let correlationId = 0; correlationId < 3; correlationId++) {
    push(correlationId)
    answer({ correlationId })
  }
  expect(queue.throttleCheckTimeoutId).toBeNull()
})

test('what waits behind others is sent when they are answered', () => {
  const { queue, sent, push, answer } = makeQueue(1)
  push(1)
  push(2)
  expect(sent).toEqual([1])
  answer({ correlationId: 1 })
  expect(sent).toEqual([1, 2])
  queue.destroy()
})

test('what the broker wants held back is sent when that time is over, and then the timer is gone', async () => {
  const { queue, sent, push } = makeQueue()
  queue.throttledUntil = Date.now() + 30
  push(1)
  expect(sent).toEqual([])
  expect(queue.throttleCheckTimeoutId).not.toBeNull()
  await expect.poll(() => sent).toEqual([1])
  expect(queue.throttleCheckTimeoutId).toBeNull()
})
