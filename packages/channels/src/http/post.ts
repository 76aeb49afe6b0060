import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { LookupFunction } from 'node:net'
import type { SendResult } from '../channel.ts'
import type { Endpoint } from './endpoint.ts'
import { isPrivateHost, PrivateAddress, publicLookup } from './public-address.ts'
import { retryAfterMs } from './retry-after.ts'

/** What is read of an answer, which is then cut off: only its status counts. */
const MOST_ANSWER_BYTES = 64 * 1024

type Headers = Readonly<Record<string, string>>

/** What came back; without a status nothing did, and the result says why. */
export type Answer =
  | Readonly<{ status: number; retryAfter: string | undefined }>
  | Readonly<{ status: undefined; result: SendResult }>

/** Posts JSON once. `lookup` is replaced in tests only. Redirects are not followed: their status is the answer. */
export async function postJson(
  endpoint: Endpoint,
  { headers = {}, body }: Readonly<{ headers?: Headers; body: string }>,
  lookup: LookupFunction | undefined = endpoint.allowPrivate ? undefined : publicLookup(),
): Promise<Answer> {
  if (!endpoint.allowPrivate && isPrivateHost(endpoint.url.hostname)) return refused(endpoint)
  const all = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'user-agent': 'Perennial-Webhook/1',
    ...headers,
  }
  try {
    return await exchange(endpoint, { headers: all, body, lookup })
  } catch (error) {
    if (error instanceof PrivateAddress) return refused(endpoint)
    return { status: undefined, result: { kind: 'retry', reason: reasonOf(error, endpoint.timeoutMs) } }
  }
}

/** What a status that is no success comes to, unless the channel knows better: another try. */
export function tryAgain(status: number, retryAfter: string | undefined, now: number): SendResult {
  const reason = `the endpoint answered ${status}${status >= 300 && status < 400 ? ': redirects are not followed' : ''}`
  const afterMs = retryAfterMs(retryAfter, now)
  return afterMs === undefined ? { kind: 'retry', reason } : { kind: 'retry', reason, afterMs }
}

export function isSuccess(status: number): boolean {
  return status >= 200 && status < 300
}

function refused({ allowedBy }: Endpoint): Answer {
  const reason = `the address of the endpoint is private, and ${allowedBy} is not set`
  return { status: undefined, result: { kind: 'failed', reason } }
}

type Request = Readonly<{
  headers: Readonly<Record<string, string | number>>
  body: string
  lookup: LookupFunction | undefined
}>

function exchange({ url, timeoutMs }: Endpoint, { headers, body, lookup }: Request) {
  return new Promise<Readonly<{ status: number; retryAfter: string | undefined }>>((resolve, reject) => {
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

/** Never the message of an error: it may quote the address, which may be a secret. */
function reasonOf(error: unknown, timeoutMs: number): string {
  if (error instanceof Error && (error.name === 'TimeoutError' || error.name === 'AbortError'))
    return `the endpoint did not answer within ${timeoutMs / 1_000} s`
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'
  return `the endpoint could not be reached: ${code}`
}
