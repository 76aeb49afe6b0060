import { EnvReader } from '@perennial/runtime'
import { memoryAlerts } from '@perennial/testkit'
import { expect, test } from 'vitest'
import { channelFeatures, type MakeOptions } from '../testing/channel-features.ts'
import { ownList } from '../testing/own-list.ts'
import { sampleOutreach } from '../testing/sample-outreach.ts'
import { testDeps } from '../testing/test-deps.ts'
import { task } from './index.ts'

const open = task.configure(new EnvReader({}))!

const make = async ({ deps }: MakeOptions) => {
  const { take, ...list } = ownList()
  const alerts = {
    open: async (alert: { id: string }) => {
      // As the list keeps it: the first of an id stays.
      const known = list.seen().find(({ id }) => id === alert.id)
      take(known ?? { id: alert.id, payload: JSON.stringify(alert) })
    },
    recovered: async () => [],
  }
  return { channel: open({ ...deps, alerts }), ...list }
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
