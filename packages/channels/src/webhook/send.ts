import type { LookupFunction } from 'node:net'
import type { SendResult } from '../channel.ts'
import { isSuccess, postJson, tryAgain } from '../http/post.ts'
import type { WebhookConfig } from './config.ts'
import { MOST_BODY_BYTES } from './render.ts'
import { signatureHeaders } from './signature.ts'

export type Post = Readonly<{ id: string; body: string; now: number }>

/** Standard Webhooks: 410 says "stop sending here". */
export const GONE = 410

/** One attempt. `lookup` is replaced in tests only. */
export async function send(
  config: WebhookConfig,
  { id, body, now }: Post,
  lookup?: LookupFunction,
): Promise<SendResult & { status?: number }> {
  if (Buffer.byteLength(body) > MOST_BODY_BYTES)
    return { kind: 'failed', reason: `the payload is larger than ${MOST_BODY_BYTES} bytes` }
  const headers = signatureHeaders({ id, timestampSeconds: Math.floor(now / 1_000), body }, config.secrets)
  const answer = await postJson(config, { headers, body }, lookup)
  if (answer.status === undefined) return answer.result
  const { status, retryAfter } = answer
  if (isSuccess(status)) return { kind: 'delivered', status }
  if (status === GONE) return { kind: 'failed', reason: 'the endpoint answered 410: it is gone for good', status }
  return { ...tryAgain(status, retryAfter, now), status }
}
