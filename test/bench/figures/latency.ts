import { setTimeout as sleep } from 'node:timers/promises'
import type { Platform, SourceInput } from '@perennial/runtime'
import { topicOf } from '@perennial/streams'
import { activity, endingSoon } from '../load/facts.ts'
import { offer } from '../load/offered.ts'
import { createRandom, type Random } from '../load/random.ts'
import { watchJobs } from '../rig/jobs.ts'
import { type Rig, startBroker } from '../rig/rig.ts'
import { SERVICES, type ServiceProcess } from '../rig/service-process.ts'
import { openStand, type Stand } from '../rig/stand.ts'
import { watchCores } from '../rig/cores.ts'
import { type Quantiles, quantilesOf } from './quantiles.ts'

export type Latency = Readonly<{
  offeredPerSecond: number
  /** From the moment a record is handed to the producer, in ms. */
  toRisk: Quantiles
  toJob: Quantiles
  /** Cores kept busy while the load was offered: by services, servers, the benchmark itself, and by all others. */
  cores: Readonly<Record<string, number>>
}>

export type LatencyOptions = Readonly<{ rate: number; seconds: number; seed: number }>

/** Until the compilers are done: the broker's took a fifth of a core after 40 s. */
const WARM_UP_SECONDS = 60
/** What is under way at the end may still arrive. */
const DRAIN_MS = 3_000
/** One record in so many is a membership that ends soon, for which the shipped plays make a job. */
const JOB_EVERY = 100

/**
 * Every record is about a member never heard of, so every one of them leads to a `member-risk` record; one in a hundred
 * leads to an outreach job as well. All four services run, each in a process of its own.
 */
export async function latency(rig: Rig, options: LatencyOptions): Promise<Latency> {
  const broker = await startBroker(rig)
  const stand = await openStand(rig, broker)
  try {
    const services = await Promise.all(SERVICES.map((name) => stand.start(name)))
    await Promise.all(services.map((service) => service.ready()))
    return await measure(stand, services, options)
  } finally {
    await stand.close()
    await broker.stop()
  }
}

async function measure(
  stand: Stand,
  services: readonly ServiceProcess[],
  { rate, seconds, seed }: LatencyOptions,
): Promise<Latency> {
  const { platform } = stand
  const random = createRandom(seed)
  const sentAt = new Map<string, number>()
  const riskAt = new Map<string, number>()
  const risks = await watchRisks(platform, (member) => riskAt.has(member) || riskAt.set(member, now()))
  const jobs = watchJobs(platform)
  await offer(platform, { rate, seconds: WARM_UP_SECONDS, record: (n) => recordOf(random, `W${n}`, n) })

  const cores = watchCores(stand, services)
  const offeredPerSecond = await offer(platform, {
    rate,
    seconds,
    record(n) {
      const member = `L${n}`
      sentAt.set(member, now())
      return recordOf(random, member, n)
    },
  })
  const used = cores()
  await sleep(DRAIN_MS)
  for (const service of services) service.check()
  await risks.stop()
  const added = await jobs.stop()
  return {
    offeredPerSecond,
    toRisk: differences(sentAt, riskAt),
    toJob: differences(sentAt, new Map(added.map(({ memberId, at }) => [memberId, at]))),
    cores: used,
  }
}

/** As a consumer of ours reads: by a group, with the settings of the services. */
function watchRisks({ log, namespace }: Platform, onRisk: (member: string) => void) {
  return log.consume({
    group: `${namespace}-reader`,
    topics: [topicOf('member-risk')],
    onBatch({ records }) {
      for (const { key } of records) if (key !== null) onRisk(key.toString())
      return Promise.resolve()
    },
  })
}

function differences(from: ReadonlyMap<string, number>, to: ReadonlyMap<string, number>): Quantiles {
  const values: number[] = []
  for (const [member, at] of to) {
    const sent = from.get(member)
    if (sent !== undefined) values.push(at - sent)
  }
  return quantilesOf(values)
}

function recordOf(random: Random, memberId: string, n: number): SourceInput {
  const at = Date.now()
  if (n % JOB_EVERY === 0) return endingSoon(random, memberId, at)
  for (;;) {
    const input = activity(random, memberId, at)
    // Somebody of whom nothing is known but a missed event is at risk at once.
    if (input.stream !== 'event-attendance' || input.record.type !== 'missed') return input
  }
}

/** Milliseconds since 1970, with fractions. */
function now(): number {
  return performance.timeOrigin + performance.now()
}
