import type { SendResult } from '../channel.ts'
import type { Endpoint } from '../http/endpoint.ts'
import { isSuccess, postJson, tryAgain } from '../http/post.ts'

/** Both services answer these where the message itself is refused: it will be refused again. */
const MESSAGE_REFUSED = [400, 413]
const GONE = 410

/** One attempt. A room that is missing or forbidden (403, 404) may be put right, so it is tried again. */
export async function send(endpoint: Endpoint, body: string, now: number): Promise<SendResult> {
  const answer = await postJson(endpoint, { body })
  if (answer.status === undefined) return answer.result
  const { status, retryAfter } = answer
  if (isSuccess(status)) return { kind: 'delivered' }
  if (status === GONE) return { kind: 'failed', reason: 'the endpoint answered 410: the room is archived or gone' }
  if (MESSAGE_REFUSED.includes(status))
    return { kind: 'failed', reason: `the endpoint answered ${status}: it does not take the message` }
  return tryAgain(status, retryAfter, now)
}
