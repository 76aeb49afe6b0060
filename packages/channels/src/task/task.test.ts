import { EnvReader } from '@perennial/runtime'
import { memoryAlerts } from '@perennial/testkit'
import { expect, test } from 'vitest'
import { type Behaviour, channelFeatures, type MakeOptions, type Seen, TOLD } from '../testing/channel-features.ts'
import { sampleOutreach } from '../testing/sample-outreach.ts'
import { testDeps } from '../testing/test-deps.ts'
import { task } from './index.ts'

const open = task.configure(new EnvReader({}))!

const make = async ({ deps }: MakeOptions) => {
  const seen: Seen[] = []
  let kind: Behaviour['kind'] = 'accept'
  const alerts = {
    open: async (alert: { id: string }) => {
      if (kind !== 'accept') throw new Error(`The list cannot be written: ${TOLD}`)
      // As the list keeps it: the first of an id stays.
      const known = seen.find(({ id }) => id === alert.id)
      seen.push(known ?? { id: alert.id, payload: JSON.stringify(alert) })
    },
    recovered: async () => [],
  }
  return {
    channel: open({ ...deps, alerts }),
    seen: () => seen,
    // Our own list is there or not: it has no other ways to misbehave.
    unknown: ['busy-for', 'refuse-for-good', 'silent', 'no-answer-body-end'] as const,
    behave: (behaviour: Behaviour) =>
      void (kind = behaviour.kind === 'hang-up' || behaviour.kind === 'busy' ? behaviour.kind : 'accept'),
  }
}

channelFeatures('task', make, { limited: false })

test('is one entry in the list, however often it is sent, with owner and due date', async () => {
  const alerts = memoryAlerts()
  const channel = open(testDeps({ alerts }))
  await channel.send(sampleOutreach)
  await alerts.change(sampleOutreach.id, { kind: 'acknowledge', by: 'kim', at: 1 })
  await channel.send(sampleOutreach)
  expect(await alerts.list({ states: ['open', 'acknowledged'], now: 0, limit: 9 })).toMatchObject([
    { owner: sampleOutreach.owner, dueAt: sampleOutreach.dueAt, state: 'acknowledged' },
  ])
})
