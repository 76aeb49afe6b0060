import { simpleParser } from 'mailparser'
import { messageOfMarkdown } from '@perennial/templates'
import { afterEach, expect, test } from 'vitest'
import type { Notice } from './channel.ts'
import { pieces } from './chat/pieces.ts'
import { paced } from './pace.ts'
import { renderNotice as slackNotice } from './slack/render.ts'
import { renderNotice as teamsNotice } from './teams/render.ts'
import { mailHarness } from './testing/mail-harness.ts'
import { testDeps } from './testing/test-deps.ts'
import { renderNotice as webhookNotice } from './webhook/render.ts'

const LINES = Array.from({ length: 900 }, (_, n) => `- member M-${n} <@here> & more`).join('\n')
const notice = (markdown: string): Notice => ({
  id: 'n-0123456789abcdef',
  kind: 'alert-digest',
  to: 'ops@association.example',
  message: messageOfMarkdown('2 alerts for ops', markdown),
  at: Date.UTC(2026, 10, 23),
})

const { start, stop } = mailHarness()
afterEach(stop)

test('email goes to the colleague, says the same in text and HTML, and offers nobody to unsubscribe from work', async () => {
  const { server, channel } = await start()
  expect(await channel.tell?.(notice('## Alerts\n\n- **M-1** needs a call'))).toEqual({ kind: 'delivered' })
  const raw = server.received[0] ?? ''
  const { to, subject, text, html, messageId } = await simpleParser(raw)
  expect(to).toMatchObject({ value: [{ address: 'ops@association.example' }] })
  expect([subject, messageId]).toEqual(['2 alerts for ops', '<n-0123456789abcdef@association.example>'])
  expect(text).toContain('Alerts\n\n- M-1 needs a call\n\n-- \nSent by Perennial for Sample Association.')
  expect(html).toContain('<li><strong>M-1</strong> needs a call</li>')
  expect(raw).not.toMatch(/List-Unsubscribe/i)
})

test('without an address, email has nobody to tell', async () => {
  const { channel } = await start()
  const { kind } = (await channel.tell?.({ ...notice('x'), to: undefined })) ?? {}
  expect(kind).toBe('failed')
})

test('rooms get as much as they take, and no mention', () => {
  const slack = JSON.parse(slackNotice(notice(LINES)))
  expect(slack.blocks.length).toBeLessThanOrEqual(50)
  for (const { text } of slack.blocks.filter(({ type }: { type: string }) => type === 'section'))
    expect(text.text.length).toBeLessThanOrEqual(3_000)
  expect(JSON.stringify(slack)).not.toContain('<@here>')
  const teams = teamsNotice(notice(LINES))
  expect(Buffer.byteLength(teams)).toBeLessThan(28_000)
  expect(teams).toContain('more than fits here')
  expect(Buffer.byteLength(webhookNotice(notice(LINES)))).toBeLessThan(20_000)
  expect(JSON.parse(webhookNotice(notice('Two.')))).toEqual({
    type: 'notice.alert-digest',
    timestamp: '2026-11-23T00:00:00.000Z',
    data: { id: 'n-0123456789abcdef', subject: '2 alerts for ops', text: 'Two.' },
  })
})

test('pieces end where lines do, and lose nothing that fits', () => {
  expect(pieces('aa\nbb\ncc', 5, 9)).toEqual(['aa\nbb', 'cc'])
  expect(pieces('abcdefg', 3, 9)).toEqual(['abc', 'def', 'g'])
  expect(pieces('a\nb\nc', 1, 2)).toEqual(['a', '… more than fits here.'])
})

test('a pace holds for notices and contacts together', async () => {
  const deps = testDeps()
  const channel = {
    name: 'log',
    send: async () => ({ kind: 'delivered' }) as const,
    tell: async () => ({ kind: 'delivered' }) as const,
  }
  const before = deps.clock.now()
  const slow = paced(channel, 1, deps)
  await slow.tell?.(notice('x'))
  await slow.tell?.(notice('x'))
  expect(deps.clock.now() - before).toBe(1_000)
  expect(paced({ name: 'log', send: channel.send }, 1, deps).tell).toBeUndefined()
})
