import { pause } from '@perennial/runtime'
import { topicOf } from '@perennial/streams'
import { check, type Verdict } from './check/check.ts'
import type { Loss } from './check/contacts.ts'
import { createLogCopy, type LogCopy } from './check/log-copy.ts'
import { drawKinds } from './faults/draw.ts'
import { MISREADING } from './faults/others.ts'
import type { FaultKind, Field } from './faults/fault.ts'
import { type Ground, type GroundOptions, openGround } from './ground/ground.ts'
import { choicesOf } from './random.ts'
import { createRecovery } from './recovery.ts'
import { createFeed, type Feed } from './workload/feed.ts'

export type CampaignOptions = GroundOptions &
  Readonly<{
    seed: number
    /** How long faults strike; the last ones may take a little longer. */
    ms: number
    /** Kinds of faults; default: all. */
    only?: readonly string[]
  }>

/** One fault that struck. `recoveryMs` is that of its round; it is the fault's own where no other struck beside it. */
export type Struck = Readonly<{
  at: number
  kind: string
  on: string
  lastedMs: number
  recoveryMs: number
  alone: boolean
}>

export type Outcome = Readonly<{
  seed: number
  ms: number
  rounds: number
  struck: readonly Struck[]
  /** Processes that ended without having been ended, with their last words. */
  endedByThemselves: readonly string[]
  verdict: Verdict
  /** Everything that went against a promise; none: the campaign is passed. */
  broken: readonly string[]
}>

/** How many faults strike at a time: half of the rounds one, a third two, the others three. */
const AT_ONCE = [1, 1, 1, 2, 2, 3]
/** In some rounds no facts come in, for then only sweeps write. */
const LULL_SHARE = 0.35
/** Between the strikes of one round. */
const STAGGER_MS = 1_000
const BETWEEN_ROUNDS_MS = [500, 2_000] as const
/** Until the first have ripened. */
const WARM_UP_MS = 6_000
const ACTIVITY = topicOf('member-activity')

/** What a campaign is in the middle of. */
type Course = Readonly<{
  options: CampaignOptions
  ground: Ground
  feed: Feed
  copy: LogCopy
  until: number
  losses: Loss[]
  broken: string[]
}>

/** Lets faults strike, round after round, while a known workload runs; then holds everything against its truth. */
export async function runCampaign(options: CampaignOptions): Promise<Outcome> {
  const began = Date.now()
  const report = (line: string) => options.report(`${((Date.now() - began) / 1_000).toFixed(1).padStart(7)} s  ${line}`)
  const ground = await openGround({ ...options, report })
  try {
    report(`Ready: ${ground.crew.hands.map(({ name }) => name).join(', ')}`)
    return await campaign({ ...options, report }, ground)
  } finally {
    await ground.close()
  }
}

async function campaign(options: CampaignOptions, ground: Ground): Promise<Outcome> {
  const { seed, ms, only, report } = options
  const copy = createLogCopy(ground.deployment.platform)
  const feed = await createFeed(ground.deployment, { choices: choicesOf(seed, 'workload'), seed })
  const recovery = createRecovery(ground, feed.produce)
  await recovery.measure()
  await pause(WARM_UP_MS)
  const course: Course = { options, ground, feed, copy, until: Date.now() + ms, losses: [], broken: [] }
  const { until, losses, broken } = course
  const draw = drawKinds(choicesOf(seed, 'kinds'), only)
  const struck: Struck[] = []
  let round = 0
  for (; Date.now() < until && broken.length === 0; round++) {
    const choices = choicesOf(seed, `round ${round}`)
    const kinds = draw(choices.one(AT_ONCE), until - Date.now())
    if (choices.chance(LULL_SHARE)) feed.rest()
    const strikes = await Promise.all(kinds.map((kind, n) => strike(course, kind, `round ${round}, ${n}`)))
    feed.goOn()
    const names = kinds.map(({ name }) => name).join(', ')
    const recoveryMs = await recovery.measure().catch((error: unknown) => {
      broken.push(`not recovered from ${names}: ${String(error)}`)
      return Number.NaN
    })
    report(`recovered after ${(recoveryMs / 1_000).toFixed(1)} s from ${names}`)
    struck.push(...strikes.map((one) => ({ ...one, recoveryMs, alone: kinds.length === 1 })))
    await pause(choices.between(...BETWEEN_ROUNDS_MS))
  }
  await feed.stop()
  await pause(Math.max(0, feed.ripeUntil - Date.now()))
  report('Waiting until nothing is left to do, and checking')
  const people = [...feed.people, ...recovery.people]
  const misreadable = struck.some(({ kind }) => kind === MISREADING)
  const verdict = await check({ ground, copy, produced: feed.produced, people, losses, misreadable })
  const endedByThemselves = ground.crew.endedByThemselves()
  return { seed, ms, rounds: round, struck, endedByThemselves, verdict, broken: [...broken, ...verdict.faults] }
}

/** One fault from the moment it strikes until it is taken back. `name`: what its choices are about. */
async function strike(
  course: Course,
  kind: FaultKind,
  name: string,
): Promise<Pick<Struck, 'at' | 'kind' | 'on' | 'lastedMs'>> {
  const { options, ground, feed, copy, until, losses, broken } = course
  const choices = choicesOf(options.seed, name)
  const [least] = kind.lastsMs
  await pause(choices.between(0, STAGGER_MS))
  const at = Date.now()
  // Near the end, not longer than it takes.
  const lastsMs = Math.max(least, Math.min(choices.between(...kind.lastsMs), until - at))
  const field: Field = {
    ground,
    choices,
    lastsMs,
    produceNewer: feed.produceNewer,
    rest: feed.rest,
    goOn: feed.goOn,
    lost: (from) => void losses.push({ from, at, to: Date.now() }),
    copyLog: async () => void (await copy.catchUp(ACTIVITY)),
  }
  const { on, lift } = await kind.strike(field)
  options.report(`${kind.name}: ${on}`)
  await pause(lastsMs)
  broken.push(...(await lift()))
  return { at, kind: kind.name, on, lastedMs: Date.now() - at }
}
