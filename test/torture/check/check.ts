import { queuePrefix } from '@perennial/runtime'
import { settled } from '../../e2e/harness/settled.ts'
import { readStream } from '../../e2e/harness/topic-records.ts'
import type { Delivery } from '../../e2e/harness/webhook-receiver.ts'
import { differences, storedRows } from '../../e2e/reference/compare.ts'
import type { Ground } from '../ground/ground.ts'
import { shippedRules } from '../../year/plays.ts'
import { decides } from '../recovery.ts'
import type { Person } from '../workload/cast.ts'
import { type Balance, balanceFaults, balanceOf, whatWasDone } from './balance.ts'
import { type Accepted, contactFaults, type Contacts, type Decided } from './contacts.ts'
import type { LogCopy } from './log-copy.ts'
import { risksBetween } from './risks.ts'
import { truthOf } from './truth.ts'

export type Verdict = Readonly<{
  /** What is wrong, a line each; none: every promise held. */
  faults: readonly string[]
  balance: Balance
  rows: number
  risks: number
  /** Decisions by what was decided: `send`, or the reason to hold. */
  decisions: Readonly<Record<string, number>>
  accepted: Readonly<{ webhook: number; email: number }>
}>

export type CheckInput = Readonly<{
  ground: Ground
  copy: LogCopy
  /** Event ids that were produced and acknowledged. */
  produced: ReadonlySet<string>
  people: readonly Person[]
  losses: Contacts['losses']
  /** Whether the registry has given wrong answers: what was set aside for them is where it belongs. */
  misreadable: boolean
}>

const FOLDING = ['ingest', 'scoring'] as const
const CONTACTING = ['dispatcher', 'outreach'] as const

/** Waits until nothing is left to do, and holds everything against what must be. */
export async function check({ ground, copy, produced, people, losses, misreadable }: CheckInput): Promise<Verdict> {
  const { deployment, receiver, mail } = ground
  const contacting = decides(ground)
  const stuck = await settled(deployment, [...FOLDING, ...(contacting ? CONTACTING : [])], 3_000, 120_000).then(
    () => [],
    (error: unknown) => [`stuck: ${String(error)}\n${ground.crew.tails()}`],
  )
  const done = await whatWasDone(copy)
  const truth = await truthOf(deployment.platform, copy, misreadable ? done.misread : new Set())
  const stored = await storedRows(deployment)
  const told = await readStream(deployment.platform, 'member-risk')
  const decided = (await readStream(deployment.platform, 'intervention')).map(
    ({ record }): Decided & { step: string } => ({
      ...record,
      id: record.interventionId,
    }),
  )
  const outcomes = await readStream(deployment.platform, 'outreach-outcome')
  const ended = new Set(outcomes.map(({ record }) => record.interventionId))
  const accepted = [...receiver.deliveries.filter((one) => one.accepted).map(byWebhook), ...mail.received.map(byMail)]
  const lost = [...produced].filter((id) => !truth.eventIds.has(id))
  return {
    faults: [
      ...stuck,
      ...lost.map((id) => `${id} was acknowledged by the broker, and is not in the log`),
      ...differences(stored, truth.reference, Date.now()).map((line) => `row: ${line}`),
      ...risksBetween(told, losses).map((line) => `risk: ${line}`),
      ...(contacting ? contactFaults : NONE)({
        accepted,
        decided,
        ended,
        waiting: await waitingJobs(ground),
        people,
        losses,
        rules: shippedRules(),
      }).map((line) => `contact: ${line}`),
      ...balanceFaults(truth, done).map((line) => `balance: ${line}`),
    ],
    balance: balanceOf(truth),
    rows: stored.size,
    risks: told.length,
    decisions: countBy(decided, ({ decision, reason }) => (decision === 'send' ? 'send' : (reason ?? 'no reason'))),
    accepted: { webhook: receiver.deliveries.filter((one) => one.accepted).length, email: mail.received.length },
  }
}

const NONE = () => []

/** How fresh it is says nothing here: clocks jump. */
function byWebhook({ id, genuine, body: { data }, at }: Delivery): Accepted {
  const { memberId, playbook, step, termId, purpose } = data as Record<string, string>
  return {
    key: id,
    memberId: memberId ?? '',
    cause: `${memberId}|${termId}|${playbook}|${step}`,
    purpose: purpose as Accepted['purpose'],
    at,
    genuine,
  }
}

/** Its subject names member, play and step, as the templates that are written for it have it. */
function byMail(raw: string): Accepted {
  const header = (name: string) => new RegExp(`^${name}: *([^\\r\\n]+)`, 'im').exec(raw)?.[1] ?? raw.slice(0, 200)
  const [memberId = '', playbook, step] = header('Subject').split(' ')
  return {
    key: header('Message-ID'),
    memberId,
    cause: `${memberId}|${playbook}|${step}`,
    purpose: playbook === 'win-back' ? 'marketing' : 'service',
    at: Date.parse(header('Date')),
    genuine: true,
  }
}

/** Decisions whose job is in the queue and has not ended: BullMQ keeps those that wait in three places. */
async function waitingJobs({ deployment: { redis, namespace } }: Ground): Promise<Set<string>> {
  const queue = `${queuePrefix(namespace)}:outreach`
  const ids = [
    ...(await redis.lrange(`${queue}:wait`, 0, -1)),
    ...(await redis.lrange(`${queue}:active`, 0, -1)),
    ...(await redis.zrange(`${queue}:delayed`, 0, -1)),
  ]
  const jobs = await Promise.all(ids.map((id) => redis.hget(`${queue}:${id}`, 'data')))
  return new Set(jobs.map((data) => String(Object(JSON.parse(data ?? '{}')).interventionId)))
}

function countBy<T>(items: readonly T[], name: (item: T) => string): Record<string, number> {
  return Object.fromEntries([...Map.groupBy(items, name)].map(([key, group]) => [key, group.length]))
}
