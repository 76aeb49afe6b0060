import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

export type Delivery = Readonly<{
  /** The idempotency key. */
  id: string
  /** Whether the signature is right, by Standard Webhooks 1.0.0. */
  genuine: boolean
  body: Readonly<{ type: string; timestamp: string; data: Readonly<Record<string, unknown>> }>
  text: string
}>

export type WebhookReceiver = Readonly<{
  /** The settings of a service that is to send here. */
  env: Readonly<Record<string, string>>
  deliveries: readonly Delivery[]
  /** From now on every call is answered with this. */
  answer(status: number): void
  close(): Promise<void>
}>

type Ear = Readonly<{ now?: () => number; arrived?: (delivery: Delivery) => void }>

/** Somebody else's system that takes webhooks: remembers every call it gets, and checks the signature by itself. */
export async function startWebhookReceiver({ now = Date.now, arrived }: Ear = {}): Promise<WebhookReceiver> {
  const secret = randomBytes(32)
  const deliveries: Delivery[] = []
  let status = 204
  const server = createServer((request, response) => {
    void readBody(request).then((text) => {
      const delivery = read(request, text, { secret, now: now() })
      deliveries.push(delivery)
      arrived?.(delivery)
      response.writeHead(status).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    env: {
      WEBHOOK_URL: `http://127.0.0.1:${port}/hooks`,
      WEBHOOK_SECRET: `whsec_${secret.toString('base64')}`,
      WEBHOOK_ALLOW_PRIVATE: 'true',
    },
    deliveries,
    answer: (next) => void (status = next),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}

type Known = Readonly<{ secret: Buffer; now: number }>

function read(request: IncomingMessage, text: string, { secret, now }: Known): Delivery {
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
  return { id, genuine: genuine && fresh, body: JSON.parse(text), text }
}
