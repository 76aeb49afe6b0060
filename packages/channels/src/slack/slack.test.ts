import { EnvReader } from '@perennial/runtime'
import { afterEach, expect, test } from 'vitest'
import { alertOf } from '../alert.ts'
import { channelFeatures } from '../testing/channel-features.ts'
import { chatHarness } from '../testing/chat-harness.ts'
import { sampleOutreach } from '../testing/sample-outreach.ts'
import { sampleDescription, testDeps } from '../testing/test-deps.ts'
import { slack } from './index.ts'
import { render } from './render.ts'

const { start, stop } = chatHarness(slack, 'SLACK')
afterEach(stop)

channelFeatures('slack', start)

const rendered = (changes: Partial<typeof sampleOutreach> = {}) =>
  JSON.parse(render(alertOf({ ...sampleOutreach, ...changes }, sampleDescription, 'https://crm.example/{memberId}')))

test('the message has a text for notifications and blocks for the room', () => {
  const { text, blocks } = rendered()
  expect(text).toBe('Member M-17 is in the high band')
  expect(blocks.map(({ type }: { type: string }) => type)).toEqual([
    'header',
    'section',
    'section',
    'actions',
    'context',
  ])
  expect(blocks[1].fields[2]).toEqual({ type: 'mrkdwn', text: '*Risk*\n81 %' })
  expect(blocks[2].text.text).toBe('• no visit for 100 days\n• no event for 150 days')
  expect(blocks[3].elements[0]).toMatchObject({ type: 'button', url: 'https://crm.example/M-17' })
  expect(blocks[4].elements[0].text).toBe(sampleOutreach.id)
})

test('no value can mention anybody or make a link', () => {
  const text = JSON.stringify(rendered({ playbook: '<!channel>', memberId: '<https://evil.example|here>' }).blocks[1])
  expect(text).toContain('&lt;!channel&gt;')
  expect(text).not.toContain('<')
})

test('a title of any length fits', () => {
  expect(rendered({ memberId: 'M'.repeat(400) }).blocks[0].text.text).toHaveLength(150)
})

test('without an address there is no Slack; a wrong one is said without being shown', () => {
  const read = (env: Record<string, string>) => {
    const from = new EnvReader(env)
    return { open: slack.configure(from), problems: from.problems }
  }
  expect(read({})).toEqual({ open: undefined, problems: [] })
  const { problems } = read({
    SLACK_WEBHOOK_URL: 'hooks.slack.com/services/very-secret',
    MEMBER_URL: 'https://x.example',
  })
  expect(problems.join('\n')).toMatch(/SLACK_WEBHOOK_URL is not a https[\s\S]*|MEMBER_URL does not say/)
  expect(problems).toHaveLength(2)
  expect(problems.join('\n')).not.toContain('very-secret')
  expect(read({ SLACK_WEBHOOK_URL: 'https://hooks.slack.com/services/x' }).open?.(testDeps()).name).toBe('slack')
})
