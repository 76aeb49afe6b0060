import { createMetrics } from '@perennial/runtime'
import { quietLogger, settableClock } from '@perennial/testkit'
import { parseTemplate } from '@perennial/templates'
import type { ChannelDeps, Templates } from '../channel.ts'
import type { MemberDescription } from '../member-description.ts'

/** When tests take place: in the second minute after the sample outreach was decided. */
export const NOW = Date.UTC(2026, 10, 23, 12, 0, 7) + 900

export const sampleDescription: MemberDescription = {
  tier: 'individual',
  chapter: 'Berlin',
  termEnd: Date.UTC(2027, 0, 22, 23),
  timeZone: 'Europe/Berlin',
  valueAtRisk: 162.4,
  reasons: ['no visit for 100 days', 'no event for 150 days'],
}

const SAMPLE_TEMPLATE = `---
subject: Your membership ends on {{ termEnd }}
---

Dear member {{ memberId }},

**[renew]({{ links.renew }})** before {{ termEnd }}, in {{ daysLeft }} days, says {{ playbook }}.
`

function sampleTemplates(): Templates {
  const { template, problems } = parseTemplate({ file: 'sample.md', text: SAMPLE_TEMPLATE })
  if (template === undefined) throw new Error(problems[0]?.reason)
  return { byName: new Map([['sample', template]]), links: { renew: 'https://association.example/renew?a=1&b=2' } }
}

/** For tests: nothing is written anywhere, and waiting moves the clock. */
export function testDeps(changes: Partial<ChannelDeps> = {}) {
  const clock = settableClock(NOW)
  const deps: ChannelDeps = {
    logger: quietLogger(),
    clock,
    metrics: createMetrics(),
    wait: async (ms) => clock.advance(ms),
    describe: async () => sampleDescription,
    addresses: { addressOf: async () => 'jo@members.example' },
    templates: sampleTemplates,
    alerts: { open: async () => undefined, recovered: async () => [] },
    tellOwners: async () => undefined,
    requests: { write: async () => undefined },
    ...changes,
  }
  return { ...deps, clock }
}
