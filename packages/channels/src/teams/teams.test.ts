import { EnvReader } from '@perennial/runtime'
import { afterEach, expect, test } from 'vitest'
import { alertOf } from '../alert.ts'
import { channelFeatures, LONG_MS } from '../testing/channel-features.ts'
import { chatHarness } from '../testing/chat-harness.ts'
import { sampleOutreach } from '../testing/sample-outreach.ts'
import { sampleDescription, testDeps } from '../testing/test-deps.ts'
import { teams } from './index.ts'
import { render } from './render.ts'

const { start, stop } = chatHarness(teams, 'TEAMS')
afterEach(stop)

channelFeatures('teams', start)

const rendered = (memberId: string) =>
  JSON.parse(render(alertOf({ ...sampleOutreach, memberId }, sampleDescription, 'https://crm.example/{memberId}')))

test('the message is one adaptive card', () => {
  const { type, attachments } = rendered('M17')
  expect([type, attachments.length]).toEqual(['message', 1])
  const [{ contentType, content }] = attachments
  expect(contentType).toBe('application/vnd.microsoft.card.adaptive')
  expect(content).toMatchObject({ type: 'AdaptiveCard', version: '1.4' })
  expect(content.body.map(({ type: kind }: { type: string }) => kind)).toEqual([
    'TextBlock',
    'FactSet',
    'TextBlock',
    'TextBlock',
    'TextBlock',
  ])
  expect(content.body[1].facts[2]).toEqual({ title: 'Risk', value: '81 %' })
  expect(content.actions).toEqual([
    { type: 'Action.OpenUrl', title: 'Open the member', url: 'https://crm.example/M17' },
  ])
})

test('no value can make a link', () => {
  const [{ content }] = rendered('[here](https://evil.example)').attachments
  expect(content.body[0].text).toBe(String.raw`Member \[here\]\(https://evil.example\) is in the high band`)
})

test('a private address is refused where it is not allowed', async () => {
  const from = new EnvReader({ TEAMS_WEBHOOK_URL: 'https://127.0.0.1:1/x' })
  const channel = teams.configure(from)!(testDeps())
  expect(await channel.send(sampleOutreach)).toEqual({
    kind: 'failed',
    reason: 'the address of the endpoint is private, and TEAMS_ALLOW_PRIVATE is not set',
  })
})

test.each([
  [400, 'failed'],
  [413, 'failed'],
  [403, 'retry'],
  [404, 'retry'],
  [202, 'delivered'],
])('an answer of %s is %s', async (status, kind) => {
  const { channel, receiver } = await start({ deps: testDeps(), perSecond: 0, timeoutMs: LONG_MS })
  receiver.behave((response) => response.writeHead(status).end())
  expect((await channel.send(sampleOutreach)).kind).toBe(kind)
})
