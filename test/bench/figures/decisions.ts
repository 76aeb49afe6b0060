import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { DAY_MS, encodeRow, memberKey, partitionFor } from '@perennial/member'
import { type Outgoing, partitionKeys, type Platform } from '@perennial/runtime'
import { encodeRecord, registrySubject, SCHEMAS, topicOf } from '@perennial/streams'
import { sampleRisk, sampleRow } from '@perennial/testkit'
import { whereItIsNoon } from '../../e2e/harness/people.ts'
import { type Cores, watchCores } from '../rig/cores.ts'
import { watchJobs } from '../rig/jobs.ts'
import { until } from '../rig/positions.ts'
import { type Rig, startBroker } from '../rig/rig.ts'
import type { ServiceProcess } from '../rig/service-process.ts'
import { openStand, type Stand } from '../rig/stand.ts'
import { type Quantiles, quantilesOf } from './quantiles.ts'

export type Decisions = Readonly<{
  /** Taken at full speed, and of what: each record is a cause for two plays. */
  records: number
  decisions: number
  perSecond: number
  /** By the CPU time of the dispatcher. */
  perCore: number
  offeredPerSecond: number
  /** From the moment a risk record is handed to the producer until its last job is in the queue, in ms. */
  toJob: Quantiles
  cores: Cores
}>

export type DecisionOptions = Readonly<{
  /** Records worked through at full speed. */
  records: number
  /** Decisions a second that are offered for latency, and for how long. */
  rate: number
  seconds: number
}>

const PLAYS = join(import.meta.dirname, '../../../packages/playbooks/playbooks')
const RISKS = topicOf('member-risk')
const PER_RECORD = 2
const WARM_UP_RECORDS = 10_000
const WARM_UP_SECONDS = 30
const AT_ONCE = 2_000
const TICK_MS = 5
const DRAIN_MS = 3_000
const DEADLINE_MS = 300_000

/**
 * What the dispatcher decides on its own: risk records of members in the high band, whose rows are there, with every gate
 * on, some members held out, and the jobs put into the queue.
 */
export async function decisions(rig: Rig, options: DecisionOptions): Promise<Decisions> {
  const broker = await startBroker(rig)
  const stand = await openStand(rig, broker)
  try {
    const { platform } = stand
    const lasting = Math.ceil(options.rate / PER_RECORD) * (options.seconds + WARM_UP_SECONDS)
    const members = memberIds(WARM_UP_RECORDS + options.records + lasting)
    await writeRows(platform, members)
    const append = await riskWriter(platform)
    const dispatcher = await stand.start('dispatcher', { PERENNIAL_PLAYBOOKS: playsFolder(rig.folder) })
    await dispatcher.ready()
    await append(members.slice(0, WARM_UP_RECORDS))
    await untilDecided(platform, dispatcher, WARM_UP_RECORDS)

    const from = WARM_UP_RECORDS + options.records
    const fast = await atFullSpeed(platform, dispatcher, () => append(members.slice(WARM_UP_RECORDS, from)), from)
    const steady = await atRate(stand, dispatcher, { append, members: members.slice(from), ...options })
    return { records: options.records, ...fast, ...steady }
  } finally {
    await stand.close()
    await broker.stop()
  }
}

function memberIds(count: number): string[] {
  return Array.from({ length: count }, (_, n) => `D${n}`)
}

/** The shipped plays with what their policy only proposes: some members held out, and holidays. */
function playsFolder(parent: string): string {
  const folder = join(parent, 'plays')
  cpSync(PLAYS, folder, { recursive: true })
  const policy = join(folder, 'policy.yaml')
  const text = readFileSync(policy, 'utf8')
    .replace('# holdout:', 'holdout:')
    .replace(/# holidays: .*/, "holidays: ['02-29']")
  writeFileSync(policy, text)
  return folder
}

/** As scoring would have left them: of age, in the high band, in the middle of their day, and not heard of lately. */
async function writeRows({ redis, namespace, partitions }: Platform, members: readonly string[]): Promise<void> {
  const now = Date.now()
  const term = { start: now - 305 * DAY_MS, end: now + 60 * DAY_MS }
  const row = encodeRow(sampleRow({ timeZone: whereItIsNoon(now), joinedAt: now - 900 * DAY_MS, term }), 0)
  const connection = redis('command')
  for (let at = 0; at < members.length; at += AT_ONCE) {
    const pipeline = connection.pipeline()
    for (const memberId of members.slice(at, at + AT_ONCE)) {
      const partition = partitionFor(memberKey(memberId), partitions.activity)
      pipeline.hset(partitionKeys(namespace, partition).rows, memberKey(memberId), Buffer.from(row))
    }
    await pipeline.exec()
  }
}

type Append = (members: readonly string[]) => Promise<void>

/** Says that members have just come into the high band. */
async function riskWriter({ log, schemas, partitions }: Platform): Promise<Append> {
  const id = await schemas.register(registrySubject(RISKS), SCHEMAS['member-risk'])
  return async (members) => {
    const now = Date.now()
    const times = { asOf: now, bandSince: now, termStart: now - 305 * DAY_MS, termEnd: now + 60 * DAY_MS }
    const records = members.map((memberId): Outgoing => ({
      partition: partitionFor(memberKey(memberId), partitions.activity),
      key: memberId,
      value: encodeRecord('member-risk', sampleRisk({ memberId, ...times, horizonAt: times.termEnd }), id),
    }))
    for (let at = 0; at < records.length; at += AT_ONCE) await log.append(RISKS, records.slice(at, at + AT_ONCE))
  }
}

async function untilDecided(platform: Platform, dispatcher: ServiceProcess, records: number): Promise<number> {
  let decided = 0
  await until('the decisions', { platform, services: [dispatcher], deadlineMs: DEADLINE_MS }, async () => {
    const metrics = await dispatcher.metrics()
    decided = metrics?.sum('perennial_dispatcher_decisions_total') ?? 0
    return (metrics?.sum('perennial_dispatcher_in_total') ?? 0) >= records
  })
  if (decided !== records * PER_RECORD) throw new Error(`Wrong result: ${decided} decisions about ${records} records.`)
  return decided
}

async function atFullSpeed(platform: Platform, dispatcher: ServiceProcess, fill: () => Promise<void>, records: number) {
  const before = (await dispatcher.metrics())?.sum('perennial_dispatcher_decisions_total') ?? 0
  const [cpu, began] = [dispatcher.usage().cpuSeconds, performance.now()]
  await fill()
  const decided = (await untilDecided(platform, dispatcher, records)) - before
  const seconds = (performance.now() - began) / 1_000
  const cpuSeconds = dispatcher.usage().cpuSeconds - cpu
  return {
    decisions: decided,
    perSecond: Math.round(decided / seconds),
    perCore: Math.round(decided / cpuSeconds),
  }
}

type Steady = Readonly<{ append: Append; members: readonly string[]; rate: number; seconds: number }>

async function atRate(stand: Stand, dispatcher: ServiceProcess, { append, members, rate, seconds }: Steady) {
  const perSecond = Math.ceil(rate / PER_RECORD)
  const warm = members.slice(0, perSecond * WARM_UP_SECONDS)
  await offer(append, warm, perSecond)
  await sleep(DRAIN_MS)
  const jobs = watchJobs(stand.platform)
  const cores = watchCores(stand, [dispatcher])
  const sentAt = new Map<string, number>()
  const measured = members.slice(warm.length, warm.length + perSecond * seconds)
  const offeredPerSecond = await offer(append, measured, perSecond, (member) => sentAt.set(member, now()))
  const used = cores()
  await sleep(DRAIN_MS)
  dispatcher.check()
  // The last one counts: both plays are acted on by then.
  const jobAt = new Map<string, number>()
  for (const { memberId, at } of await jobs.stop()) jobAt.set(memberId, Math.max(at, jobAt.get(memberId) ?? 0))
  const toJob = quantilesOf(
    [...jobAt].flatMap(([member, at]) => {
      const sent = sentAt.get(member)
      return sent === undefined ? [] : [at - sent]
    }),
  )
  return { offeredPerSecond: offeredPerSecond * PER_RECORD, toJob, cores: used }
}

/** At a steady rate, whether or not the earlier ones have been stored; answers how many a second it really was. */
async function offer(
  append: Append,
  members: readonly string[],
  perSecond: number,
  sending: (member: string) => void = () => undefined,
): Promise<number> {
  const writes: Promise<void>[] = []
  const began = performance.now()
  for (let n = 0; n < members.length;) {
    const due = Math.min(members.length, Math.floor(((performance.now() - began) / 1_000) * perSecond))
    const some = members.slice(n, due)
    for (const member of some) sending(member)
    if (some.length > 0) writes.push(append(some))
    n = due
    await sleep(TICK_MS)
  }
  const offered = members.length / ((performance.now() - began) / 1_000)
  await Promise.all(writes)
  return offered
}

/** Milliseconds since 1970, with fractions. */
function now(): number {
  return performance.timeOrigin + performance.now()
}
