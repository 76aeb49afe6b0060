import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { Fault } from '@perennial/runtime'
import { quietLogger } from '@perennial/testkit'
import { type ParsedMail, simpleParser } from 'mailparser'
import { afterEach, describe, expect, test } from 'vitest'
import { channelFeatures } from '../testing/channel-features.ts'
import { verifyDkim } from '../testing/dkim.ts'
import type { Refusal } from '../testing/mail-server.ts'
import { mailHarness, UNSUBSCRIBE_KEY } from '../testing/mail-harness.ts'
import { sampleOutreach } from '../testing/sample-outreach.ts'
import { sampleDescription, testDeps } from '../testing/test-deps.ts'
import { readToken } from '../unsubscribe/token.ts'

const { start, make, stop } = mailHarness()
afterEach(stop)

channelFeatures('email', make)

async function received(settings: Readonly<Record<string, string>> = {}): Promise<ParsedMail & { raw: string }> {
  const { server, channel } = await start(settings)
  expect(await channel.send(sampleOutreach)).toEqual({ kind: 'delivered' })
  const raw = server.received[0]!
  return { ...(await simpleParser(raw)), raw }
}

describe('a message', () => {
  test('goes from the association to the member, and answers go to people', async () => {
    const { from, to, replyTo, messageId, date, headers } = await received()
    expect(from?.value).toEqual([{ name: 'Sample Association', address: 'hello@association.example' }])
    expect(to).toMatchObject({ value: [{ address: 'jo@members.example' }] })
    expect(replyTo?.text).toBe('office@association.example')
    expect(messageId).toBe(`<${sampleOutreach.id}@association.example>`)
    expect(date?.toISOString()).toBe('2026-11-23T12:00:07.000Z')
    expect(headers.get('auto-submitted')).toBe('auto-generated')
  })

  test('can be refused with one click, as RFC 8058 has it', async () => {
    const { raw } = await received()
    const header = (name: string) =>
      new RegExp(`^${name}: ((?:.|\\r\\n[ \\t])*)\\r$`, 'm').exec(raw)?.[1]?.replaceAll(/\s+/g, ' ')
    expect(header('List-Unsubscribe-Post')).toBe('List-Unsubscribe=One-Click')
    const [, url = '', byMail] = /^<([^>]+)>, <([^>]+)>$/.exec(header('List-Unsubscribe') ?? '') ?? []
    expect(byMail).toBe('mailto:unsubscribe@association.example?subject=unsubscribe')
    const [, token = ''] = /^https:\/\/members\.association\.example\/u\/(.+)$/.exec(url) ?? []
    expect(readToken([UNSUBSCRIBE_KEY], token)).toEqual({
      memberId: 'M-17',
      purpose: 'marketing',
      interventionId: sampleOutreach.interventionId,
    })
  })

  test('says the same in text and in HTML', async () => {
    const { subject, text = '', html } = await received()
    expect(subject).toBe('Your membership ends on 22 January 2027')
    const [, link = ''] = /No more messages of this kind: (https:\S+)/.exec(text) ?? []
    expect(text).toBe(
      'Dear member M-17,\n\nrenew (https://association.example/renew?a=1&b=2) before 22 January 2027, in 60 days, says ' +
        `re-engagement-trigger.\n\n-- \nYou get this message as a member of Sample Association.\n` +
        `No more messages of this kind: ${link}\nSample Association, 1 Main Street, Springfield\n`,
    )
    expect(html).toContain(
      '<p><strong><a href="https://association.example/renew?a=1&amp;b=2">renew</a></strong> before',
    )
    expect(html).toContain(`<a href="${link}">No more messages of this kind</a><br>\nSample Association, 1 Main`)
  })

  test('fetches nothing, and leads nowhere but where the template and the settings say', async () => {
    const { html } = await received()
    expect(html).not.toMatch(/<(img|link|script|iframe|object)|url\(|background/i)
    const links = [...String(html).matchAll(/https?:\/\/[^"'\s<]+/g)].map(([link]) => new URL(link).host)
    expect(new Set(links)).toEqual(new Set(['association.example', 'members.association.example']))
  })

  test('is signed where a key is set, the headers of unsubscribing included', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 })
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
    const { raw } = await received({ EMAIL_DKIM_SELECTOR: 'perennial', EMAIL_DKIM_KEY: pem })
    expect(raw).toMatch(/^DKIM-Signature: [\s\S]*?d=association\.example;[\s\S]*?s=perennial;/m)
    const { valid, covered } = verifyDkim(raw, publicKey)
    expect(covered).toEqual(
      expect.arrayContaining(['from', 'to', 'subject', 'list-unsubscribe', 'list-unsubscribe-post']),
    )
    expect(valid).toBe(true)
    expect(verifyDkim(raw.replace('Dear member', 'Dear friend'), publicKey).valid).toBe(false)
    const other = createPublicKey(generateKeyPairSync('rsa', { modulusLength: 2_048 }).privateKey)
    expect(verifyDkim(raw, other).valid).toBe(false)
  })
})

describe('a refusal', () => {
  test.each([
    ['550 5.1.1 to RCPT TO', 'failed'],
    ['554 5.7.1 to DATA', 'failed'],
    ['452 4.3.1 to DATA', 'retry'],
    ['450 4.2.1 to RCPT TO', 'retry'],
    ['550 5.7.1 to MAIL FROM', 'retry'],
  ] as const)('of %s: %s, for good only where it is about them', async (words, kind) => {
    const { server, channel } = await start()
    const [, code, detail, at] = /^(\d+) (\S+) to (\w+)/.exec(words) ?? []
    server.behave({ kind: 'refuse', at: at as Refusal['at'], code: Number(code), words: `${detail} so it is` })
    expect(await channel.send(sampleOutreach)).toEqual({ kind, reason: `the mail server answered ${words}` })
  })

  test('of ourselves is somebody’s to put right: it is logged as an error, and tried again', async () => {
    const errors: unknown[] = []
    const logger = quietLogger()
    logger.error = (fields: unknown) => void errors.push(fields)
    const { server, channel } = await start({}, { deps: testDeps({ logger }), login: 'me:wrong-word' })
    server.behave({ kind: 'refuse', at: 'AUTH', code: 535, words: '5.7.8 wrong' })
    const reason = 'the mail server answered 535 5.7.8 to AUTH PLAIN'
    expect(await channel.send(sampleOutreach)).toEqual({ kind: 'retry', reason })
    expect(errors).toEqual([{ host: '127.0.0.1', reason }])
  })

  test('nothing is sent in the open where TLS is required', async () => {
    const { server, channel } = await start({ SMTP_TLS: 'required' })
    expect((await channel.send(sampleOutreach)).kind).toBe('retry')
    expect(server.received).toEqual([])
  })
})

describe('nothing is sent', () => {
  test.each([
    ['of what is meant for colleagues', { purpose: 'internal' }, {}, 'an internal contact is for colleagues'],
    ['without a template', { template: undefined }, {}, "there is no template ''"],
    ['of a template that is not there', { template: 'other' }, {}, "there is no template 'other'"],
    ['to nobody', {}, { addresses: { addressOf: async () => undefined } }, 'no address of the member is known'],
    ['without a key of addresses', {}, { addresses: undefined }, 'CONTACT_KEY is not set'],
    [
      'where something is not known of the member',
      {},
      { describe: async () => ({ ...sampleDescription, termEnd: undefined }) },
      'template sample, 2:37: undefined variable: termEnd',
    ],
  ])('%s', async (_, changes, deps, reason) => {
    const { server, channel } = await start({}, { deps: testDeps(deps) })
    expect(await channel.send({ ...sampleOutreach, ...changes })).toEqual({
      kind: 'failed',
      reason: expect.stringContaining(reason),
    })
    expect(server.received).toEqual([])
  })

  test('for now, while the key of an address is missing', async () => {
    const addressOf = () => Promise.reject(new Fault('addresses/key', 'Put the old key back.'))
    const { channel } = await start({}, { deps: testDeps({ addresses: { addressOf } }) })
    expect(await channel.send(sampleOutreach)).toEqual({ kind: 'retry', reason: 'Put the old key back.' })
  })
})
