import type { Notice, SendResult } from '@perennial/channels'
import { DAY_MS, MINUTE_MS } from '@perennial/member'
import { type Owners, parseOwners } from '@perennial/playbooks'
import { type Alert, killSwitchState, type NoticeJob } from '@perennial/runtime'
import {
  memoryAlerts,
  memoryHeldAlerts,
  memoryJobQueue,
  memoryNotices,
  NOON,
  quietLogger,
  sampleAlert,
  settableClock,
  WorkerDied,
} from '@perennial/testkit'
import type { NoticeDeps } from './deps.ts'
import { runNotice } from './run-notice.ts'
import { dueDigests } from './schedule.ts'
import { ownersTeller } from './tell-owners.ts'

/** Monday 2026-11-23 at noon: the daily digest is due at eight, the weekly one was at eight today. */
export const OWNERS = ownersOf(`alerts:
  - { owner: membership-ops, through: log, when: daily }
  - { owner: chapters, through: log, when: weekly, on: monday }
  - { owner: events, through: slack, when: immediate }
`)
export const STAKES: Readonly<Record<string, number>> = { M1: 100, M2: 300, M3: 200, M4: 250 }

/** Two processes' worth of outreach on stores in memory, and what colleagues read. */
export function world() {
  const clock = settableClock(NOON)
  const queue = memoryJobQueue<NoticeJob>(clock, { keepMs: 60 * DAY_MS, retryDelaysMs: [MINUTE_MS] })
  const alerts = memoryAlerts()
  const heldAlerts = memoryHeldAlerts()
  const told: Notice[] = []
  const answers: (SendResult | 'die')[] = []
  const stopped = new Set<string>()
  const waiting = { facts: false }
  const counted: string[] = []
  const tell = async (notice: Notice): Promise<SendResult> => {
    const answer = answers.shift() ?? { kind: 'delivered' }
    if (answer !== 'die' && answer.kind !== 'delivered') return answer
    told.push(notice)
    // It has arrived, and the process is gone before it can write that down.
    if (answer === 'die') throw new WorkerDied('worker')
    return answer
  }
  const channel = (name: string) => ({ name, tell, send: async (): Promise<SendResult> => ({ kind: 'delivered' }) })
  const deps: NoticeDeps = {
    owners: OWNERS,
    channels: new Map(['log', 'slack'].map((name) => [name, channel(name)])),
    alerts,
    notices: memoryNotices(),
    heldAlerts,
    describe: async (memberId) => ({
      tier: undefined,
      chapter: undefined,
      termEnd: undefined,
      timeZone: undefined,
      valueAtRisk: STAKES[memberId] ?? 0,
      reasons: [`why ${memberId}`],
    }),
    roleDigest: async (role, { from, until }) => ({
      subject: `${role}, ${(until - from) / DAY_MS} days`,
      text: 'The week.',
      html: '<p>The week.</p>',
    }),
    behind: async () => waiting.facts,
    kill: async () => killSwitchState(stopped),
    clock,
    logger: quietLogger(),
    telemetry: { told: (kind, through, outcome) => void counted.push(`${kind} ${through} ${outcome}`) },
  }
  const tellOwners = ownersTeller(queue, OWNERS, clock)
  void queue.work({ concurrency: 1, handle: (run) => runNotice(deps, run), abandoned: async () => undefined })
  return {
    ...deps,
    queue,
    told,
    answers,
    stopped,
    waiting,
    counted,
    clock,
    alerts,
    heldAlerts,
    async opens(changes: Partial<Alert>): Promise<void> {
      const alert = sampleAlert({ openedAt: clock.now(), dueAt: clock.now() + 7 * DAY_MS, ...changes })
      await alerts.open(alert)
      await tellOwners('alert', [alert])
    },
    recovers: async (memberId: string) =>
      tellOwners('recovery', await alerts.recovered(memberId, { at: clock.now(), by: `i-${memberId}` })),
    /** Looks at the wall, as every process does from time to time, and works on what is due. */
    async goesBy(ms: number): Promise<void> {
      clock.advance(ms)
      for (const now of [clock.now(), clock.now()])
        await queue.add(dueDigests(OWNERS, now).map((job) => ({ job, notBefore: now })))
      await queue.runDue()
    },
    subjects: () => told.map(({ message }) => message.subject),
  }
}

export function ownersOf(text: string): Owners {
  const { owners, problems } = parseOwners('owners.yaml', text)
  if (owners === undefined) throw new Error(JSON.stringify(problems))
  return owners
}
