import { createHmac } from 'node:crypto'
import { EnvReader } from '@perennial/runtime'
import { afterEach, expect, test } from 'vitest'
import type { ChannelDeps } from '../channel.ts'
import { channelFeatures } from '../testing/channel-features.ts'
import { sampleOutreach } from '../testing/sample-outreach.ts'
import { NOW, testDeps } from '../testing/test-deps.ts'
import { readWebhookConfig, type WebhookConfig } from './config.ts'
import { openWebhook } from './index.ts'
import { type Receiver, startReceiver } from '../testing/receiver.ts'
import { MOST_BODY_BYTES, render } from './render.ts'
import { send } from './send.ts'

const OLD = Buffer.alloc(24, 1)
const NEW = Buffer.alloc(32, 2)
const open: Receiver[] = []

afterEach(async () => {
  for (const receiver of open.splice(0)) await receiver.close()
})

async function start(changes: Partial<WebhookConfig> = {}, deps: ChannelDeps = testDeps()) {
  const receiver = await startReceiver()
  open.push(receiver)
  const config: WebhookConfig = {
    url: receiver.url,
    secrets: [NEW],
    allowPrivate: true,
    timeoutMs: 300,
    perSecond: 0,
    allowedBy: 'WEBHOOK_ALLOW_PRIVATE',
    ...changes,
  }
  return { receiver, channel: openWebhook(config, deps), config, metrics: deps.metrics }
}

channelFeatures('webhook', async ({ deps, perSecond, timeoutMs }) => {
  const { receiver, channel } = await start({ perSecond, timeoutMs }, deps)
  return {
    channel,
    seen: () => receiver.received.map(({ headers, body }) => ({ id: headers['webhook-id'] ?? '', payload: body })),
    behave: receiver.behave,
  }
})

test('the signature is the one that Standard Webhooks describes', async () => {
  const { receiver, channel } = await start()
  await channel.send(sampleOutreach)
  const { headers, body } = receiver.received[0]!
  expect(headers['webhook-timestamp']).toBe(String(Math.floor(NOW / 1_000)))
  const content = `${sampleOutreach.id}.${headers['webhook-timestamp']}.${body}`
  expect(headers['webhook-signature']).toBe(`v1,${createHmac('sha256', NEW).update(content).digest('base64')}`)
  expect(headers['content-type']).toBe('application/json')
})

test('while secrets are rotated, there is a signature for each', async () => {
  const { receiver, channel } = await start({ secrets: [NEW, OLD] })
  await channel.send(sampleOutreach)
  const { headers, body } = receiver.received[0]!
  const signatures = headers['webhook-signature']!.split(' ')
  const content = `${sampleOutreach.id}.${headers['webhook-timestamp']}.${body}`
  expect(signatures).toEqual(
    [NEW, OLD].map((key) => `v1,${createHmac('sha256', key).update(content).digest('base64')}`),
  )
})

test('the body is thin: type, time, and ids', () => {
  const body = JSON.parse(render(sampleOutreach)) as Record<string, unknown>
  expect(Object.keys(body)).toEqual(['type', 'timestamp', 'data'])
  expect(body['type']).toMatch(/^[a-zA-Z0-9_]+(\.[a-zA-Z0-9_]+)*$/)
  expect(body['timestamp']).toBe('2026-11-23T12:00:00.000Z')
  expect(Object.keys(body['data'] as object)).toEqual([
    'interventionId',
    'memberId',
    'playbook',
    'step',
    'owner',
    'purpose',
    'band',
    'riskVersion',
    'termId',
    'expiresAt',
  ])
})

test('a redirect is a failure and is not followed', async () => {
  const { receiver, channel } = await start()
  receiver.behave((response) => response.writeHead(302, { location: '/elsewhere' }).end())
  expect(await channel.send(sampleOutreach)).toEqual({
    kind: 'retry',
    reason: 'the endpoint answered 302: redirects are not followed',
  })
  expect(receiver.received.map(({ path }) => path)).toEqual(['/hooks'])
})

test('410 disables the endpoint: nothing more is sent there', async () => {
  const { receiver, channel } = await start()
  receiver.behave({ kind: 'refuse-for-good' })
  await channel.send(sampleOutreach)
  receiver.behave({ kind: 'accept' })
  expect((await channel.send({ ...sampleOutreach, id: 'o-2' })).kind).toBe('failed')
  expect(receiver.received).toHaveLength(1)
})

test('a body that drips without end neither holds us up nor fills our memory', async () => {
  const { receiver, channel } = await start()
  receiver.behave((response) => {
    response.writeHead(200)
    response.on('error', () => undefined)
    const drip = () => response.destroyed || (response.write(Buffer.alloc(16_384)), setImmediate(drip))
    drip()
  })
  expect(await channel.send(sampleOutreach)).toEqual({ kind: 'delivered' })
})

test('a payload beyond the limit is not sent', async () => {
  const { receiver, config } = await start()
  const result = await send(config, { id: 'o-1', body: 'x'.repeat(MOST_BODY_BYTES + 1), now: NOW })
  expect(result.kind).toBe('failed')
  expect(receiver.received).toHaveLength(0)
})

test('a private address is refused, before anything is sent', async () => {
  const { receiver, config } = await start({ allowPrivate: false })
  expect(await send(config, { id: 'o-1', body: '{}', now: NOW })).toMatchObject({
    kind: 'failed',
    reason: expect.stringContaining('private'),
  })
  const byName: WebhookConfig = { ...config, url: new URL(`http://localhost:${receiver.url.port}/hooks`) }
  expect(await send(byName, { id: 'o-1', body: '{}', now: NOW })).toMatchObject({ kind: 'failed' })
  expect(receiver.received).toHaveLength(0)
})

test('every attempt is timed by the class of its status', async () => {
  const { receiver, channel, metrics } = await start()
  await channel.send(sampleOutreach)
  receiver.behave({ kind: 'silent' })
  await channel.send(sampleOutreach)
  const text = await metrics.metrics()
  expect(text).toContain('perennial_outreach_webhook_duration_seconds_count{status="2xx"} 1')
  expect(text).toContain('perennial_outreach_webhook_duration_seconds_count{status="none"} 1')
})

const SECRET = `whsec_${NEW.toString('base64')}`
const read = (env: Record<string, string>) => {
  const from = new EnvReader(env)
  return { config: readWebhookConfig(from), problems: from.problems }
}

test('settings: without an address there is no webhook, with one there must be a secret', () => {
  expect(read({})).toEqual({ config: undefined, problems: [] })
  expect(read({ WEBHOOK_URL: 'https://x.example/y' }).problems[0]).toContain('WEBHOOK_SECRET is missing')
  const { config, problems } = read({ WEBHOOK_URL: 'https://x.example/y', WEBHOOK_SECRET: `${SECRET},${SECRET}` })
  expect(problems).toEqual([])
  expect(config).toMatchObject({ secrets: [NEW, NEW], allowPrivate: false, timeoutMs: 15_000 })
})

test('settings: an address of this machine is taken where private ones are allowed', () => {
  const env = { WEBHOOK_URL: 'http://localhost:3000', WEBHOOK_SECRET: SECRET, WEBHOOK_ALLOW_PRIVATE: 'true' }
  expect(read(env).problems).toEqual([])
})

test.each([
  ['no address', { WEBHOOK_URL: 'ftp://x.example', WEBHOOK_SECRET: SECRET }, 'WEBHOOK_URL'],
  ['a password in the address', { WEBHOOK_URL: 'https://u:p@x.example', WEBHOOK_SECRET: SECRET }, 'user or password'],
  ['a private address', { WEBHOOK_URL: 'http://10.0.0.7/x', WEBHOOK_SECRET: SECRET }, 'WEBHOOK_ALLOW_PRIVATE=true'],
  ['this machine', { WEBHOOK_URL: 'http://localhost:3000', WEBHOOK_SECRET: SECRET }, 'WEBHOOK_ALLOW_PRIVATE=true'],
  ['a secret without its prefix', { WEBHOOK_URL: 'https://x.example', WEBHOOK_SECRET: 'abc' }, 'not in the right form'],
  ['a secret too short', { WEBHOOK_URL: 'https://x.example', WEBHOOK_SECRET: 'whsec_YWJj' }, 'not in the right form'],
  [
    'three secrets',
    { WEBHOOK_URL: 'https://x.example', WEBHOOK_SECRET: `${SECRET},${SECRET},${SECRET}` },
    'more than two',
  ],
])('settings refused: %s', (_, env, expected) => {
  const { problems } = read(env)
  expect(problems.join('\n')).toContain(expected)
  expect(problems.join('\n')).not.toContain(NEW.toString('base64'))
})
