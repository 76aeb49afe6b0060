import type { EpochMs } from '@perennial/member'
import type { Plays } from '@perennial/playbooks'
import type { Scorer } from '@perennial/risk'
import { type Placed, Population } from './population.ts'
import { createScenario, type Scenario } from './scenario.ts'
import { inOrder, type TimedFacts } from './timed-facts.ts'

/** Facts folded between two looks at the clock and the stop sign; they fit a block. */
const BATCH = 500

export type Simulation = Readonly<{
  facts: TimedFacts
  /** The sets of plays to run side by side. */
  plays: readonly Plays[]
  scorer: Scorer
  aliasMs: number
  /** Contacts are made from here on; facts before say how members stood then. */
  from: EpochMs
  /** Nothing at or after this instant. */
  to: EpochMs
  /** So many facts of so many are folded. Where it answers a promise, that is waited for. */
  onProgress?: (done: number, total: number) => Promise<void> | undefined
}>

/** What became of the members, and of each set of plays, in its order. */
export type Simulated = Readonly<{ members: number; facts: number; scenarios: readonly Scenario[] }>

/**
 * Runs sets of plays over a history, each as if it had been switched on at `from` and every fact had come in the moment it
 * happened. Goes from instant to instant at which something comes about: a fact, a crossing by silence, a date, a contact.
 */
export async function simulate(simulation: Simulation): Promise<Simulated> {
  const { facts, plays, scorer, from, to, onProgress } = simulation
  const population = new Population({ ...simulation, subjects: facts.subjects })
  let now = from
  const clock = { now: () => now }
  const scenarios = plays.map((each) => createScenario({ plays: each, scorer, members: population, clock }))
  const order = inOrder(facts.at)
  const timeOf = (i: number) => facts.at[order[i] ?? -1] ?? Infinity
  const placed = (i: number): Placed => {
    const n = order[i] ?? 0
    return { fact: facts.factAt(n), place: facts.subjectAt(n) }
  }
  const total = firstFrom(timeOf, order.length, to)
  const began = firstFrom(timeOf, order.length, from)
  const batch = async (start: number, end: number, before?: (at: EpochMs) => Promise<void> | undefined) => {
    const list = Array.from({ length: end - start }, (_, i) => placed(start + i))
    await population.fold(list, before)
    const waits = onProgress?.(end, total)
    if (waits !== undefined) await waits
  }

  for (let i = 0; i < began; i += BATCH) {
    await batch(i, Math.min(began, i + BATCH))
    population.forget()
  }
  population.sweep(from)
  population.forget()
  for (const scenario of scenarios) await scenario.meet(population.memberIds(), from)
  const world: World = { population, scenarios, set: (at) => void (now = at) }
  const before = (at: EpochMs) => {
    // What happens at one instant is one thing: nobody looks in between.
    if (at === now && now !== from) return undefined
    return population.hasNews || nextDue(world) < at ? until(world, now, at) : void (now = at)
  }
  for (let i = began; i < total; i += BATCH) await batch(i, Math.min(total, i + BATCH), before)
  await until(world, now, to)
  return { members: population.memberIds().length, facts: total, scenarios }
}

type World = Readonly<{ population: Population; scenarios: readonly Scenario[]; set: (now: EpochMs) => void }>

function nextDue({ population, scenarios }: World): EpochMs {
  let next = population.nextDue
  for (const scenario of scenarios) next = Math.min(next, scenario.nextDue)
  return next
}

/** Everything from `start`, which is at hand, up to but without `end`. */
async function until(world: World, start: EpochMs, end: EpochMs): Promise<void> {
  const { population, scenarios, set } = world
  for (let at = start, next = start; at < end; at = next) {
    set(at)
    population.sweep(at)
    const risks = population.hasNews ? population.takeRisks() : []
    for (const scenario of scenarios) {
      if (risks.length > 0) await scenario.hear(risks)
      await scenario.settle(at)
    }
    next = nextDue(world)
    if (next <= at) throw new Error(`What was due by ${at} has been done, and is due again.`)
  }
  set(end)
}

/** The first place in time at or after an instant. */
function firstFrom(timeOf: (i: number) => EpochMs, length: number, at: EpochMs): number {
  let [low, high] = [0, length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (timeOf(middle) < at) low = middle + 1
    else high = middle
  }
  return low
}
