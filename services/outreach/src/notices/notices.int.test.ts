import type { Notice, SendResult } from '@perennial/channels'
import { DAY_MS } from '@perennial/member'
import { parseOwners } from '@perennial/playbooks'
import {
  createAlerts,
  createHeldAlerts,
  createJobQueue,
  createNotices,
  killSwitchState,
  type NoticeJob,
  systemClock,
} from '@perennial/runtime'
import { sampleAlert, testPlatform } from '@perennial/testkit'
import { afterAll, expect, test, vi } from 'vitest'
import { runNotice } from './run-notice.ts'
import { dueDigests } from './schedule.ts'

const { platform, release } = await testPlatform()
const redis = platform.redis('command')
const { namespace } = platform
const { owners } = parseOwners(
  'owners.yaml',
  'alerts: [{ owner: membership-ops, through: log, when: weekly, on: monday }]\n',
)
if (owners === undefined) throw new Error('The owners of this test are wrong.')

const told: Notice[] = []
const handled: string[] = []
const tell = async (notice: Notice): Promise<SendResult> => {
  told.push(notice)
  return { kind: 'delivered' }
}
const channel = { name: 'log', tell, send: async (): Promise<SendResult> => ({ kind: 'delivered' }) }
const alerts = createAlerts(redis, namespace)
const deps = {
  owners,
  channels: new Map([['log', channel]]),
  alerts,
  notices: createNotices(redis, namespace),
  heldAlerts: createHeldAlerts(redis, namespace),
  describe: async () => undefined,
  roleDigest: async () => ({ subject: '', text: '', html: '' }),
  behind: async () => false,
  kill: async () => killSwitchState([]),
  clock: systemClock,
  logger: platform.logger,
  telemetry: { told: (_: string, __: string, outcome: string) => void handled.push(outcome) },
}

/** Another process: a queue and a worker of its own. */
async function startProcess() {
  const { clock, logger } = { clock: systemClock, logger: platform.logger }
  const blocking = () => platform.redis('blocking')
  const made = { namespace, clock, logger, redis, blocking }
  const queue = await createJobQueue<NoticeJob>(made, { keepMs: DAY_MS, queue: 'notices' })
  const worker = await queue.work({
    concurrency: 1,
    handle: (run) => runNotice(deps, run),
    abandoned: async () => undefined,
  })
  const due = () => queue.add(dueDigests(owners!, Date.now()).map((job) => ({ job, notBefore: Date.now() })))
  const kill = async () => {
    await worker.stop()
    await queue.close()
  }
  return { due, kill }
}

afterAll(release)

test('one digest a period, by two processes, after a restart, and after the queue has lost its memory', async () => {
  const [{ about } = { about: undefined }] = dueDigests(owners, Date.now())
  if (about?.kind !== 'alert-digest') throw new Error('A digest is always due.')
  await alerts.open(sampleAlert({ openedAt: about.dueAt - 1 }))
  const [one, two] = [await startProcess(), await startProcess()]
  await Promise.all([one.due(), two.due(), one.due()])
  await vi.waitFor(() => expect(handled).toEqual(['delivered']), 10_000)
  await Promise.all([one.kill(), two.kill()])

  const restarted = await startProcess()
  await restarted.due()
  const [job] = dueDigests(owners, Date.now())
  // The queue knows the id for some weeks; without that, what was told is on record.
  await redis.del(...(await redis.keys(`*${namespace}*notices:${job?.id ?? ''}`)))
  await restarted.due()
  await vi.waitFor(() => expect(handled).toEqual(['delivered', 'superseded']), 10_000)
  await restarted.kill()
  expect(told.map(({ id }) => id)).toEqual([job?.id])
})
