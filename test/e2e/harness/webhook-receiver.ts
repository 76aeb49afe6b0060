import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export type Delivery = Readonly<{
  /** The idempotency key. */
  id: string
  /** Whether the signature is right, by Standard Webhooks 1.0.0. */
  genuine: boolean
  /** Whether it says that it was sent just now. */
  fresh: boolean
  body: Readonly<{ type: string; timestamp: string; data: Readonly<Record<string, unknown>> }>
  text: string
  at: number
  /** Acted upon, whatever was answered. */
  accepted: boolean
}>

export type Answer =
  | Readonly<{ status: number; retryAfterSeconds?: number }>
  /** Acts, and never says so; acts, and breaks off in the middle of saying so. */
  | 'silence'
  | 'half an answer'

export type WebhookReceiver = Readonly<{
  /** The settings of a service that is to send here. */
  env: Readonly<Record<string, string>>
  deliveries: readonly Delivery[]
  /** From now on every call is answered with this. */
  answer(answer: number | Answer): void
  close(): Promise<void>
}>

type Ear = Readonly<{ now?: () => number; arrived?: (delivery: Delivery) => void }>

/** Somebody else's system that takes webhooks: remembers every call it gets, and checks the signature by itself. */
export async function startWebhookReceiver({ now = Date.now, arrived }: Ear = {}): Promise<WebhookReceiver> {
  const secret = randomBytes(32)
  const deliveries: Delivery[] = []
  let answer: Answer = { status: 204 }
  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = await readBody(request)
    const at = now()
    const accepted = typeof answer === 'string' || answer.status < 300
    const delivery = { ...read(request, text, { secret, now: at }), at, accepted }
    deliveries.push(delivery)
    arrived?.(delivery)
    respond(response, answer)
  }
  // A client that breaks off is part of what is tested.
  const server = createServer((request, response) => void take(request, response).catch(() => response.destroy()))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    env: {
      WEBHOOK_URL: `http://127.0.0.1:${port}/hooks`,
      WEBHOOK_SECRET: `whsec_${secret.toString('base64')}`,
      WEBHOOK_ALLOW_PRIVATE: 'true',
    },
    deliveries,
    answer: (next) => void (answer = typeof next === 'number' ? { status: next } : next),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function respond(response: ServerResponse, answer: Answer): void {
  if (answer === 'silence') return
  if (answer === 'half an answer') {
    response.writeHead(200, { 'content-length': '100' })
    response.write('So far', () => response.destroy())
    return
  }
  const { status, retryAfterSeconds } = answer
  response.writeHead(status, retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }).end()
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}

type Known = Readonly<{ secret: Buffer; now: number }>

function read(request: IncomingMessage, text: string, { secret, now }: Known): Omit<Delivery, 'at' | 'accepted'> {
  const id = String(request.headers['webhook-id'])
  const timestamp = String(request.headers['webhook-timestamp'])
  const wanted = createHmac('sha256', secret).update(`${id}.${timestamp}.${text}`).digest()
  const signatures = String(request.headers['webhook-signature']).split(' ')
  const genuine = signatures.some((signature) => {
    const [version, value = ''] = signature.split(',')
    const given = Buffer.from(value, 'base64')
    return version === 'v1' && given.length === wanted.length && timingSafeEqual(given, wanted)
  })
  const fresh = Math.abs(now / 1_000 - Number(timestamp)) < 300
  return { id, genuine, fresh, body: JSON.parse(text), text }
}
