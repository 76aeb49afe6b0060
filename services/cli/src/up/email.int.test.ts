import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startApi } from '@perennial/api'
import { type MailServer, startMailServer } from '@perennial/channels/testing'
import { createScope, createSourceWriter, type OwnedScope, topicSpecs } from '@perennial/runtime'
import { TOPICS } from '@perennial/streams'
import { testPlatform, type TestPlatform } from '@perennial/testkit'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { readServicesConfig, startServices } from './services.ts'

// No quiet hours: the test runs at any hour of the day.
const FILES = {
  'policy.yaml': 'cap: { contacts: 5, within: 7d }\ntimeZone: UTC\n',
  'hello.yaml':
    'name: hello\ntitle: T\npurpose: marketing\nwhen: { bandEntered: [medium, high] }\nfor: { status: [active] }\nsteps: [{ name: mail, channel: email, template: hello }]\nexpiry: 7d\n',
  'hello.md':
    '---\nsubject: Hello from {{ association }}\n---\nDear member {{ memberId }}, [come]({{ links.home }}).\n',
}

const API_TOKEN = 'a-token-of-sixteen-characters'
const ADDRESS = 'jo.doe@members.example'
const WAIT = { timeout: 20_000, interval: 50 }

let it: TestPlatform
let mail: MailServer
let folder: string
let owned: OwnedScope

beforeEach(async () => {
  it = await testPlatform()
  await it.platform.log.ensureTopics(topicSpecs(TOPICS, it.platform.partitions))
  mail = await startMailServer()
  folder = mkdtempSync(join(tmpdir(), 'plays-'))
  for (const [file, text] of Object.entries(FILES)) writeFileSync(join(folder, file), text)
  owned = createScope()
})

afterEach(async () => {
  await owned.release()
  await mail.close()
  rmSync(folder, { recursive: true })
  await it.release()
})

async function start(): Promise<string> {
  const config = readServicesConfig({
    PERENNIAL_PORT: '0',
    PERENNIAL_API_TOKEN: API_TOKEN,
    PERENNIAL_PLAYBOOKS: folder,
    PERENNIAL_TEMPLATES: folder,
    IDENTITY_KEY: 'test',
    CONTACT_KEY: 'c0'.repeat(32),
    UNSUBSCRIBE_KEY: 'u'.repeat(32),
    SMTP_URL: `smtp://127.0.0.1:${mail.port}`,
    EMAIL_FROM: 'Sample Association <hello@association.example>',
    EMAIL_LINKS: 'home=https://association.example',
    PUBLIC_URL: 'http://localhost:1',
  })
  await startServices(it.platform, config, owned.scope)
  const { url } = await startApi(it.platform, config.api, owned.scope)
  return url
}

async function joins(memberId: string): Promise<void> {
  const writer = await createSourceWriter(it.platform)
  const now = Date.now()
  const day = 86_400_000
  const common = { occurredAt: now, sentAt: now, member: { memberId, email: ADDRESS }, source: 'crm' } as const
  const joined = {
    ...common,
    eventId: `joined-${memberId}`,
    type: 'joined',
    joinedAt: now - 355 * day,
    termStart: now - 355 * day,
    termEnd: now + 10 * day,
    dues: 100,
    autoRenew: false,
    consent: { marketing: true },
  } as const
  // With the end of the term near, enough for any band above the lowest.
  const failed = { ...common, eventId: `failed-${memberId}`, type: 'payment_failed' } as const
  await writer.write([joined, failed].map((record) => ({ stream: 'membership', record }) as const))
}

async function consentOf(url: string): Promise<unknown> {
  const member: unknown = await (
    await fetch(`${url}/members/M1`, { headers: { authorization: `Bearer ${API_TOKEN}` } })
  ).json()
  return Object(Object(member).consent).marketing
}

test('a member gets the message at the address of the membership record, and stops more with one click', async () => {
  const url = await start()
  await joins('M1')
  await vi.waitUntil(() => mail.received.length > 0, WAIT)
  const [message = ''] = mail.received
  expect(message).toContain(`To: ${ADDRESS}`)
  expect(message).toContain('Dear member M1, come (https://association.example)')

  const [, path = ''] =
    /List-Unsubscribe: <http:\/\/localhost:1(\/u\/[^>]+)>/.exec(message.replaceAll(/\r\n\s+/g, ' ')) ?? []
  expect(await consentOf(url)).toBe(true)
  const answer = await fetch(`${url}${path}`, {
    method: 'POST',
    body: new URLSearchParams({ 'List-Unsubscribe': 'One-Click' }),
  })
  expect(answer.status).toBe(200)
  await vi.waitUntil(async () => (await consentOf(url)) === false, WAIT)
})

test('no address is to be found in Redis', async () => {
  await start()
  await joins('M1')
  await vi.waitUntil(() => mail.received.length > 0, WAIT)
  const redis = it.platform.redis('command')
  const keys = (await redis.keys(`*${it.platform.namespace}*`)).filter((key) => !key.includes(':log:membership.v1:'))
  const dumps = await Promise.all(keys.map((key) => redis.dumpBuffer(key)))
  expect(keys.some((key) => key.includes(':b:'))).toBe(true)
  expect(dumps.filter((dump) => dump?.includes('jo.doe'))).toEqual([])
})
