import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '@perennial/member'
import { randomFrom } from '@perennial/testkit'
import { drained } from './network.ts'
import { PARTITIONS, type World } from './world.ts'

/** What may happen, each with how often beside the others; those below may be left out of a schedule altogether. */
const ALWAYS = { flow: 22, deliver: 16, produce: 9, ingest: 9, poll: 16, sweep: 8, verify: 1, advance: 6 } as const
const FAULTS = {
  repeat: 2,
  late: 3,
  ingestCut: 3,
  ingestCrash: 2,
  cutBefore: 3,
  cutAfter: 4,
  deliverTwice: 3,
  handOver: 3,
  seize: 3,
  tell: 2,
  kill: 3,
  save: 3,
  loseLatest: 2,
  loseEverything: 1,
} as const

export type Happening = keyof typeof ALWAYS | keyof typeof FAULTS

/** One thing that happens. `a` and `b` choose among what there is at that moment; where there is nothing, nothing happens. */
export type Step = Readonly<{ happening: Happening; a: number; b: number }>

const MOST_STEPS = 80
const LEAST_STEPS = 20
const ADVANCES = [100, SECOND_MS, 10 * MINUTE_MS, HOUR_MS, 2 * DAY_MS, 30 * DAY_MS] as const

/** The schedule of a seed. Each leaves out some kinds of faults, so that the others are seen alone and in every company. */
export function scheduleOf(seed: number): Step[] {
  const random = randomFrom(seed)
  const faults = Object.entries(FAULTS).filter(() => random() < 0.35)
  const kinds = [...Object.entries(ALWAYS), ...faults] as [Happening, number][]
  const total = kinds.reduce((sum, [, weight]) => sum + weight, 0)
  const length = LEAST_STEPS + Math.floor(random() * (MOST_STEPS - LEAST_STEPS))
  return Array.from({ length }, () => ({
    happening: pick(kinds, random() * total),
    a: Math.floor(random() * 64),
    b: Math.floor(random() * 64),
  }))
}

function pick(kinds: readonly [Happening, number][], at: number): Happening {
  let left = at
  for (const [kind, weight] of kinds) if ((left -= weight) < 0) return kind
  return 'deliver'
}

export type Note = (text: string) => void

/** Lets the steps happen, one after another; `note` hears what each came to. */
export async function run(world: World, steps: readonly Step[], note?: Note): Promise<void> {
  for (const step of steps) {
    await drained()
    const came = step.happening === 'flow' ? await flow(world, step) : apply(world, step)
    note?.(`${step.happening}${came === undefined ? '' : ` ${came}`}`)
  }
}

/** A while without faults: some calls, the oldest first. */
async function flow({ network }: World, { b }: Step): Promise<string> {
  const names: string[] = []
  for (let left = 1 + (b % 12); left > 0 && network.waiting > 0; left--) {
    names.push(network.peek(0))
    network.deliver(0)
    await drained()
  }
  return names.join(', ')
}

function apply(world: World, { happening, a, b }: Step): string | undefined {
  const { network, sources } = world
  const partition = a % PARTITIONS
  const append = (to: number, block: Uint8Array) => world.append(to, block)
  const called = network.waiting === 0 ? 'nothing' : network.peek(a)
  if (!CALM.has(happening)) world.calm = false
  switch (happening) {
    case 'flow':
    case 'deliver':
      network.deliver(a)
      return called
    case 'deliverTwice':
      network.deliverTwice(a)
      return called
    case 'cutBefore':
      network.cutBefore(a)
      return called
    case 'cutAfter':
      network.cutAfter(a)
      return called
    case 'produce':
    case 'late':
      world.advance(1)
      return sources.produce(a, b, world.clock.now(), happening === 'late')
    case 'repeat':
      return sources.repeat(a)
    case 'ingest':
      if (b % 2 === 0) sources.commit()
      return sources.ingest(a, 1 + (b % 4), append)
    case 'ingestCut': {
      const cut = sources.ingest(a, 1 + (b % 4), append, 1)
      sources.crash()
      return cut
    }
    case 'ingestCrash':
      sources.crash()
      return undefined
    case 'poll':
      world.process(b).poll(partition, 1 + (b % 3))
      return `${world.process(b).name} partition ${partition}`
    case 'sweep':
      world.process(a).sweep(sources.unread)
      return world.process(a).name
    case 'verify':
      world.process(a).verify()
      return world.process(a).name
    case 'advance':
      world.advance(ADVANCES[a % ADVANCES.length] ?? 0)
      return new Date(world.clock.now()).toISOString()
    case 'handOver':
      world.owner(partition)?.lose(partition)
      world.assign(partition, b)
      return `partition ${partition} to ${world.process(b).name}`
    case 'seize':
      world.assign(partition, b)
      return `partition ${partition} by ${world.process(b).name}`
    case 'tell':
      world.tell()
      return undefined
    case 'kill':
      world.restart(a)
      return world.process(a).name
    case 'save':
      world.save()
      return undefined
    case 'loseLatest':
      world.lose('latest')
      return undefined
    case 'loseEverything':
      world.lose('everything')
      return undefined
  }
}

const CALM: ReadonlySet<Happening> = new Set([
  ...(Object.keys(ALWAYS) as Happening[]),
  'repeat',
  'late',
  'ingestCut',
  'ingestCrash',
  'deliverTwice',
  'save',
])
