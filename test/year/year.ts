import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { startMailServer } from '@perennial/channels/testing'
import { pause, type SourceInput } from '@perennial/runtime'
import { sampleRecords } from '../../services/cli/src/sample/sample.ts'
import { Deployment } from '../e2e/harness/deployment.ts'
import { startOwnRedis } from '../e2e/harness/own-redis.ts'
import { seeded } from '../e2e/harness/sample.ts'
import { type Service, ServiceProcess } from '../e2e/harness/service-process.ts'
import { startWebhookReceiver } from '../e2e/harness/webhook-receiver.ts'
import { watchRest } from './at-rest.ts'
import type { Break } from './breaks.ts'
import { shippedRules, writePlays } from './plays.ts'
import type { Line, Message, Story, Told } from './story.ts'
import { toldBy } from './told.ts'
import { VirtualClock } from './virtual-clock.ts'

export type YearOptions = Readonly<{
  members: number
  days: number
  /** Of the association, and of when what is killed. */
  seed: number
  kills: number
  broken?: readonly Break[]
  /** After each step: how far it is. */
  progress?: (step: number, of: number) => void
}>

export type Year = Story & Readonly<{ steps: number; facts: number; killed: readonly string[] }>

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000
/** Midnight, UTC. */
const END = Date.UTC(2026, 10, 1)
/** Between two steps: each member has one by day, and most have one by night. */
const STEP_MS = 12 * HOUR_MS
/** Off the hour, so that no step begins where quiet hours do; and each week at another hour. */
const OFFSET_MS = 17 * 60_000
const NAMES = ['ingest', 'scoring', 'dispatcher', 'outreach'] as const
type Name = (typeof NAMES)[number]
/** A message may have been under way for so long when a fact was folded. */
const UNDER_WAY_MS = 1_500

/**
 * Lets an association's time pass, with all plays on, on the services as they are: processes of their own, on a Redis
 * alone, whose date is the one that is told to them. Time jumps half a day ahead, what happened meanwhile is told, and when
 * nothing is left to do it jumps again. What the world receives is received by a real SMTP server and a real webhook.
 */
export async function liveThrough(options: YearOptions): Promise<Year> {
  const world = await openWorld(options)
  try {
    return await pass(world, options)
  } finally {
    await world.close()
  }
}

type World = Awaited<ReturnType<typeof openWorld>>

async function openWorld({ days, broken = [] }: YearOptions) {
  const folder = mkdtempSync(join(tmpdir(), 'perennial-year-'))
  writePlays(folder)
  const clock = new VirtualClock(END - days * DAY_MS)
  const messages: Message[] = []
  const told: Told[] = []
  /** How many facts had been worked through, and since when. */
  const folded = [{ known: 0, at: -Infinity }]

  const arrived = (message: Omit<Message, 'at' | 'known' | 'told'>) => {
    const by = performance.now() - UNDER_WAY_MS
    const known = folded.findLast(({ at }) => at <= by)?.known ?? 0
    messages.push({ ...message, at: clock.now(), known, told: told.length })
  }
  const redis = await startOwnRedis()
  const webhook = await startWebhookReceiver({
    now: () => clock.now(),
    arrived({ id, body: { data } }) {
      const [memberId, playbook, step] = [data['memberId'], data['playbook'], data['step']].map(String)
      arrived({ id, channel: 'webhook', memberId: memberId ?? '', playbook: playbook ?? '', step: step ?? '' })
    },
  })
  const mail = await startMailServer({
    arrived(raw) {
      const [, memberId = '', playbook = '', step = ''] = /^Subject: (\S+) (\S+) (\S+)\r$/m.exec(raw) ?? []
      const id = /^Message-ID: <(.*)>\r$/im.exec(raw)?.[1] ?? ''
      arrived({ id, channel: 'email', memberId, playbook, step })
    },
  })
  const deployment = await Deployment.create({
    embedded: true,
    redisUrl: redis.url,
    clock,
    nodeArgs: [...before('virtual-time.ts'), ...before('broken.ts')],
    env: {
      ...webhook.env,
      PERENNIAL_PLAYBOOKS: folder,
      PERENNIAL_TEMPLATES: folder,
      SMTP_URL: `smtp://127.0.0.1:${mail.port}`,
      EMAIL_FROM: 'Sample Association <hello@association.example>',
      EMAIL_PER_SECOND: '1000',
      CONTACT_KEY: 'c0'.repeat(32),
      UNSUBSCRIBE_KEY: 'u'.repeat(32),
      PUBLIC_URL: 'http://localhost:1',
      BROKEN: broken.join(','),
    },
  })
  const rest = await watchRest(deployment)
  return {
    folder,
    clock,
    messages,
    told,
    folded,
    deployment,
    rest,
    async close() {
      await rest.close()
      await deployment.end()
      await webhook.close()
      await mail.close()
      await redis.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function pass(world: World, options: YearOptions): Promise<Year> {
  const { clock, deployment, rest, folded, folder, messages, told } = world
  const { days, progress } = options
  const steps = (days * DAY_MS) / STEP_MS
  const services = await startServices(world)
  const kills = killPlan(options, steps)
  const killed: string[] = []
  const history = createHistory(options)
  let facts = 0

  for (let step = 1; step <= steps; step++) {
    // Each week at another hour of the day.
    const shift = (Math.floor((step * STEP_MS) / (7 * DAY_MS)) * 5 * HOUR_MS) % STEP_MS
    const now = END - days * DAY_MS + step * STEP_MS + OFFSET_MS + shift
    await clock.jump(now, [...services.values()])
    const happened = history.until(now)
    facts += happened.length
    told.push(...happened.flatMap((input) => toldBy(input, history.memberOfEmail) ?? []))
    const killing = (kills.get(step) ?? []).map(async ({ name, afterMs }) => {
      await pause(afterMs)
      await services.get(name)?.crash()
      killed.push(`${name} at ${new Date(clock.now()).toISOString().slice(0, 16)}`)
      services.set(name, await start(world, name))
    })
    await deployment.produce(happened)
    await Promise.all(killing)
    await rest.folded()
    folded.push({ known: told.length, at: performance.now() })
    await rest.all()
    progress?.(step, steps)
  }
  const lines = await exported(deployment, clock, folder)
  return { told, lines, messages, rules: shippedRules(), steps, facts, killed }
}

async function startServices(world: World): Promise<Map<Name, Service>> {
  const started = await Promise.all(NAMES.map(async (name) => [name, await start(world, name)] as const))
  return new Map(started)
}

function start({ deployment, clock }: World, name: Name): Promise<Service> {
  return deployment.startWith(name, { VIRTUAL_NOW: String(clock.now()) })
}

type Kill = Readonly<{ name: Name; afterMs: number }>

/** Which service is killed in which step, and how long after its beginning. Not in the first: there is nothing to lose yet. */
function killPlan({ kills, seed }: YearOptions, steps: number): Map<number, Kill[]> {
  const random = seeded(seed)
  const plan = new Map<number, Kill[]>()
  for (let n = 0; n < kills; n++) {
    const step = 2 + Math.floor(random() * (steps - 1))
    const name = NAMES[Math.floor(random() * NAMES.length)] ?? 'outreach'
    plan.set(step, [...(plan.get(step) ?? []).filter((kill) => kill.name !== name), { name, afterMs: random() * 800 }])
  }
  return plan
}

/** The sample association's records, in order, as far as they have happened. */
function createHistory({ seed, members, days }: YearOptions) {
  const records = sampleRecords({ seed, end: END, members, days })
  const memberOfEmail = new Map<string, string>()
  let next = records.next()
  return {
    memberOfEmail,
    until(now: number): SourceInput[] {
      const happened: SourceInput[] = []
      for (; next.done !== true && next.value.record.occurredAt <= now; next = records.next()) {
        const { memberId, email } = next.value.record.member
        if (typeof memberId === 'string' && typeof email === 'string') memberOfEmail.set(email, memberId)
        happened.push(next.value)
      }
      return happened
    },
  }
}

/** The ledger as anybody would take it: by the command. */
async function exported({ env }: Deployment, clock: VirtualClock, folder: string): Promise<Line[]> {
  const out = join(folder, 'decisions.jsonl')
  const args = ['ledger', 'export', '--out', out]
  const command = new ServiceProcess('ledger export', 'services/cli/src/main.ts', {
    args,
    env: { ...env, VIRTUAL_NOW: String(clock.now()) },
    nodeArgs: before('virtual-time.ts'),
  })
  const { code } = await command.ended
  if (code !== 0) throw new Error(command.tail())
  const text = readFileSync(out, 'utf8').trimEnd()
  return text === '' ? [] : text.split('\n').map((one) => JSON.parse(one) as Line)
}

/** Loads a file of this folder before a program. */
function before(file: string): string[] {
  return ['--import', pathToFileURL(join(import.meta.dirname, file)).href]
}
