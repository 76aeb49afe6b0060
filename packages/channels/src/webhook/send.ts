import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { LookupFunction } from 'node:net'
import type { SendResult } from '../channel.ts'
import type { WebhookConfig } from './config.ts'
import { isPrivateHost, PrivateAddress, publicLookup } from './public-address.ts'
import { MOST_BODY_BYTES } from './render.ts'
import { retryAfterMs } from './retry-after.ts'
import { signatureHeaders } from './signature.ts'

/** What is read of an answer, which is then cut off: only its status counts. */
const MOST_ANSWER_BYTES = 64 * 1024

export type Post = Readonly<{ id: string; body: string; now: number }>

/** Standard Webhooks: 410 says "stop sending here". */
export const GONE = 410

/** One attempt. `lookup` is replaced in tests only. Redirects are not followed: they are a failure. */
export async function send(
  config: WebhookConfig,
  { id, body, now }: Post,
  lookup: LookupFunction | undefined = config.allowPrivate ? undefined : publicLookup(),
): Promise<SendResult & { status?: number }> {
  if (Buffer.byteLength(body) > MOST_BODY_BYTES)
    return { kind: 'failed', reason: `the payload is larger than ${MOST_BODY_BYTES} bytes` }
  if (!config.allowPrivate && isPrivateHost(config.url.hostname))
    return { kind: 'failed', reason: new PrivateAddress().message }
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'user-agent': 'Perennial-Webhook/1',
    ...signatureHeaders({ id, timestampSeconds: Math.floor(now / 1_000), body }, config.secrets),
  }
  try {
    const { status, retryAfter } = await post(config, { headers, body, lookup })
    return { ...resultOf(status, retryAfter, now), status }
  } catch (error) {
    if (error instanceof PrivateAddress) return { kind: 'failed', reason: error.message }
    return { kind: 'retry', reason: reasonOf(error, config.timeoutMs) }
  }
}

function resultOf(status: number, retryAfter: string | undefined, now: number): SendResult {
  if (status >= 200 && status < 300) return { kind: 'delivered' }
  if (status === GONE) return { kind: 'failed', reason: 'the endpoint answered 410: it is gone for good' }
  const reason = `the endpoint answered ${status}${status >= 300 && status < 400 ? ': redirects are not followed' : ''}`
  const afterMs = retryAfterMs(retryAfter, now)
  return afterMs === undefined ? { kind: 'retry', reason } : { kind: 'retry', reason, afterMs }
}

type Request = Readonly<{ headers: Record<string, string | number>; body: string; lookup: LookupFunction | undefined }>

function post({ url, timeoutMs }: WebhookConfig, { headers, body, lookup }: Request) {
  return new Promise<{ status: number; retryAfter: string | undefined }>((resolve, reject) => {
    const options = {
      method: 'POST',
      headers,
      // Few requests and no rush: a connection each keeps the check of the address simple.
      agent: false,
      // The whole exchange, not just silence on the line.
      signal: AbortSignal.timeout(timeoutMs),
      ...(lookup === undefined ? {} : { lookup }),
    }
    const answered = (answer: IncomingMessage) => {
      // Acted on before the answer has been read to its end: its body says nothing to us, and may never end.
      drain(answer)
      resolve({ status: answer.statusCode ?? 0, retryAfter: answer.headers['retry-after'] })
    }
    const request =
      url.protocol === 'https:' ? httpsRequest(url, options, answered) : httpRequest(url, options, answered)
    request.on('error', reject)
    request.end(body)
  })
}

function drain(answer: IncomingMessage): void {
  let bytes = 0
  answer.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes > MOST_ANSWER_BYTES) answer.destroy()
  })
  // Cut off by us, by the time-out or by the other side: the status is known by now.
  answer.on('error', () => undefined)
}

function reasonOf(error: unknown, timeoutMs: number): string {
  if (error instanceof Error && (error.name === 'TimeoutError' || error.name === 'AbortError'))
    return `the endpoint did not answer within ${timeoutMs / 1_000} s`
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'
  return `the endpoint could not be reached: ${code}`
}
