import { type Alert, EnvReader } from '@perennial/runtime'
import { memoryAlerts, sampleAlert } from '@perennial/testkit'
import { expect, test } from 'vitest'
import { channelFeatures, type MakeOptions } from '../testing/channel-features.ts'
import { ownList } from '../testing/own-list.ts'
import { sampleOutreach } from '../testing/sample-outreach.ts'
import { testDeps } from '../testing/test-deps.ts'
import { recovery } from './index.ts'

const open = recovery.configure(new EnvReader({}))!

const make = async ({ deps }: MakeOptions) => {
  const { take, ...list } = ownList()
  const alerts = {
    open: async () => undefined,
    async recovered(memberId: string, { by }: { by: string }): Promise<Alert[]> {
      // The list knows the play from the decision.
      const { id, playbook } = sampleOutreach
      take({ id, payload: JSON.stringify({ memberId, by, playbook }) })
      return []
    },
  }
  return { channel: open({ ...deps, alerts }), ...list }
}

channelFeatures('recovery', make, { limited: false })

test('who was alerted about the member is told once, and nobody else', async () => {
  const alerts = memoryAlerts()
  const { memberId } = sampleOutreach
  await alerts.open(sampleAlert({ id: 'o-1', memberId, openedAt: 1 }))
  await alerts.open(sampleAlert({ id: 'o-2', memberId: 'M-18', openedAt: 1 }))
  const told: string[][] = []
  const channel = open(
    testDeps({ alerts, tellOwners: async (kind, all) => void told.push([kind, ...all.map(({ id }) => id)]) }),
  )
  await channel.send(sampleOutreach)
  await channel.send(sampleOutreach)
  await channel.send({ ...sampleOutreach, interventionId: 'i-another' })
  // The first two are one job that ran twice: who queues it knows it by its id.
  expect(told).toEqual([['recovery', 'o-1'], ['recovery', 'o-1'], ['recovery']])
})
