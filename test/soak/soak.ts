import { setTimeout as sleep } from 'node:timers/promises'
import { createSourceWriter, type SourceWriter } from '@perennial/runtime'
import { type Quantiles, quantilesOf } from '../bench/figures/quantiles.ts'
import { watchJobs } from '../bench/rig/jobs.ts'
import { untilIngested, untilScored } from '../bench/rig/positions.ts'
import { type Rig, startBroker } from '../bench/rig/rig.ts'
import { SERVICES, type ServiceName } from '../bench/rig/service-process.ts'
import { openStand, type Stand } from '../bench/rig/stand.ts'
import { checkSoaked } from './check.ts'
import { type Crew, startCrew } from './crew.ts'
import { createLoad, type Offered } from './facts.ts'
import { type MemoryTrend, trendOf } from './memory.ts'
import { waitingRecords } from './waiting.ts'

export type SoakOptions = Readonly<{
  seconds: number
  rate: number
  members: number
  killEverySeconds: number
  overloadSeconds: number
  /** Facts a second that the services can do. */
  capacity: number
  seed: number
}>

export type Overload = Readonly<{ offeredPerSecond: number; mostWaiting: number; catchUpSeconds: number }>

export type Soaked = Readonly<{
  facts: number
  seconds: number
  kills: Readonly<Record<ServiceName, number>>
  memory: Readonly<Record<ServiceName, MemoryTrend>>
  /** Records of the sources that waited, looked at every few seconds. */
  waiting: Readonly<{ firstThird: number; lastThird: number; most: number; catchUpSeconds: number }>
  /** From the producer's hand to the outreach job, kills and all, in ms; without what was offered in the overload. */
  toJob: Quantiles
  overload?: Overload
  /** What went wrong; none: the soak held. */
  faults: readonly string[]
}>

/** What a process of ours may hold. */
const MOST_MB = 450
const LOOK_EVERY_MS = 2_000
const TICK_MS = 5
const CATCH_UP_MS = 600_000
/** Appends that may be under way when more is offered than can be done: what the producer can hold is not the question. */
const UNDER_WAY = 8

/** Holds a load, kills, overloads, and looks whether all is as it should be. */
export async function soak(rig: Rig, options: SoakOptions, note: (line: string) => void): Promise<Soaked> {
  const broker = await startBroker(rig)
  const stand = await openStand(rig, broker)
  try {
    const crew = await startCrew(stand)
    return await hold(stand, crew, options, note)
  } finally {
    await stand.close()
    await broker.stop()
  }
}

async function hold(stand: Stand, crew: Crew, options: SoakOptions, note: (line: string) => void): Promise<Soaked> {
  const { platform } = stand
  const writer = await createSourceWriter(platform)
  note(`Bringing in ${options.members} members`)
  const load = await createLoad(options, (inputs) => writer.write(inputs))
  await settled(stand, crew)
  const jobs = watchJobs(platform)
  const steady = await steadily(stand, crew, { ...options, writer, load, note })
  const catchUpSeconds = await settled(stand, crew)
  const overloadedFrom = performance.timeOrigin + performance.now()
  note(`Caught up after ${catchUpSeconds.toFixed(1)} s`)
  const overload = options.overloadSeconds > 0 ? await overloaded(stand, crew, { ...options, writer, load }) : undefined
  // What was decided last may still be made.
  await sleep(3_000)
  const added = await jobs.stop()
  const memory = Object.fromEntries(SERVICES.map((name) => [name, trendOf(crew.samples[name])]))
  const soaked = {
    facts: steady.facts,
    seconds: options.seconds,
    kills: crew.kills,
    memory: memory as Soaked['memory'],
    waiting: { ...thirdsOf(steady.waiting), catchUpSeconds },
    toJob: quantilesOf(
      added.flatMap(({ memberId, at }) => {
        const sent = load.sentAt.get(memberId)
        return sent === undefined || sent >= overloadedFrom ? [] : [at - sent]
      }),
    ),
    ...(overload === undefined ? {} : { overload }),
  }
  return { ...soaked, faults: [...faultsOf(soaked, options), ...(await checkSoaked(platform, load))] }
}

type Steady = SoakOptions & Readonly<{ writer: SourceWriter; load: Offered; note(line: string): void }>

/** The load at its rate, whatever becomes of it, with a kill every so many seconds. */
async function steadily(stand: Stand, crew: Crew, options: Steady): Promise<{ facts: number; waiting: number[] }> {
  const { seconds, rate, killEverySeconds, writer, load, note } = options
  const began = performance.now()
  const elapsed = () => (performance.now() - began) / 1_000
  const waiting: number[] = []
  const over = new AbortController()
  const looking = everySoOften(over.signal, LOOK_EVERY_MS, async () => {
    waiting.push(await waitingRecords(stand.platform))
    crew.sample()
    crew.check()
  })
  const killing = everySoOften(over.signal, killEverySeconds * 1_000, async () => {
    const name = await crew.killNext()
    note(`${elapsed().toFixed(0)} s: killed ${name}; ${waiting.at(-1) ?? 0} records wait`)
  })
  let facts = 0
  const failed = Promise.race([looking, killing]).then(() => undefined)
  const writes = new Set<Promise<void>>()
  while (elapsed() < seconds) {
    const due = Math.floor(elapsed() * rate)
    const inputs = Array.from({ length: due - facts }, () => load.next())
    facts = due
    const written = writer.write(inputs)
    writes.add(written)
    const done = () => void writes.delete(written)
    written.then(done, done)
    await Promise.race([sleep(TICK_MS), failed])
  }
  await Promise.all(writes)
  over.abort()
  await Promise.all([looking, killing])
  return { facts, waiting }
}

/** More than can be done, as fast as the broker takes it. */
async function overloaded(stand: Stand, crew: Crew, options: Omit<Steady, 'note'>): Promise<Overload> {
  const { overloadSeconds, capacity, writer, load } = options
  const began = performance.now()
  const elapsed = () => (performance.now() - began) / 1_000
  const writes = new Set<Promise<void>>()
  let facts = 0
  let most = 0
  let lookedAt = 0
  while (elapsed() < overloadSeconds) {
    const due = Math.min(Math.floor(elapsed() * capacity * 3), facts + 5_000)
    const inputs = Array.from({ length: due - facts }, () => load.next())
    facts = due
    const written = writer.write(inputs)
    writes.add(written)
    written.then(() => writes.delete(written)).catch(() => undefined)
    if (writes.size >= UNDER_WAY) await Promise.race(writes)
    else await sleep(0)
    if (elapsed() - lookedAt < LOOK_EVERY_MS / 1_000) continue
    lookedAt = elapsed()
    most = Math.max(most, await waitingRecords(stand.platform))
    crew.sample()
    crew.check()
  }
  await Promise.all(writes)
  const offeredPerSecond = facts / elapsed()
  return { offeredPerSecond, mostWaiting: most, catchUpSeconds: await settled(stand, crew) }
}

/** Waits until all that was offered is folded; answers how long it took, in seconds. */
async function settled({ platform }: Stand, crew: Crew): Promise<number> {
  const began = performance.now()
  const over = new AbortController()
  const looking = everySoOften(over.signal, LOOK_EVERY_MS, async () => {
    crew.sample()
    crew.check()
  })
  const waiting = { platform, services: [], deadlineMs: CATCH_UP_MS }
  await Promise.race([untilIngested(waiting).then(() => untilScored(waiting)), looking.then(() => undefined)])
  over.abort()
  await looking
  return (performance.now() - began) / 1_000
}

/** Resolves when told to stop; rejects when `work` does. 0: never. */
async function everySoOften(signal: AbortSignal, ms: number, work: () => Promise<void>): Promise<void> {
  for (;;) {
    const slept = await sleep(ms === 0 ? 2 ** 30 : ms, true, { signal }).catch(() => false)
    if (!slept) return
    await work()
  }
}

function thirdsOf(waiting: readonly number[]): Omit<Soaked['waiting'], 'catchUpSeconds'> {
  const third = Math.ceil(waiting.length / 3)
  const middle = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
  return {
    firstThird: middle(waiting.slice(0, third)),
    lastThird: middle(waiting.slice(-third)),
    most: Math.max(0, ...waiting),
  }
}

function faultsOf({ memory, waiting }: Omit<Soaked, 'faults'>, { rate, killEverySeconds }: SoakOptions): string[] {
  const faults = SERVICES.filter((name) => memory[name].mostMb > MOST_MB).map(
    (name) => `${name} held ${memory[name].mostMb.toFixed(0)} MB; ${MOST_MB} are allowed.`,
  )
  // After a kill the others wait until its session has run out, so that much may wait at any time.
  const usual = 2 * waiting.firstThird + rate * Math.max(10, killEverySeconds)
  if (waiting.lastThird > usual) faults.push(`The lag grew: ${waiting.lastThird} records wait in the last third.`)
  return faults
}
