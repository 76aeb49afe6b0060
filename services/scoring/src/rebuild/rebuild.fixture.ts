import { randomUUID } from 'node:crypto'
import { DAY_MS } from '@perennial/member'
import { createScorer, starterModel } from '@perennial/risk'
import { createGenerations, createPartitionStore } from '@perennial/runtime'
import { quietLogger } from '@perennial/testkit'
import { activeModels } from '../active-model.ts'
import { createChunkPool } from '../chunk-pool.ts'
import type { ScoringWorld } from '../scoring.fixture.ts'
import { Rebuild } from './rebuild.ts'
import { type FoldDeps, silentWorker } from './silent-worker.ts'

const scorer = createScorer(starterModel())

function foldDeps({ clock, keys: { openBlock, pseudonym } }: ScoringWorld): FoldDeps {
  const models = { current: scorer, shadow: undefined, previous: undefined }
  const run = randomUUID()
  let commits = 0
  return {
    clock,
    model: activeModels(() => models, 0),
    aliasMs: 180 * DAY_MS,
    maxAliases: 1_000,
    openBlock,
    pseudonym,
    partitions: 1,
    chunks: createChunkPool(scorer.vocabulary),
    nextToken: () => `${run}.${commits++}`,
  }
}

const nextOf = ({ redis, namespace }: ScoringWorld) => createPartitionStore(redis, namespace, undefined, 'next')

export function rebuildOf(world: ScoringWorld, { basis = 'one' } = {}): Rebuild {
  const { redis, namespace, log } = world
  return new Rebuild({
    ...foldDeps(world),
    log,
    logger: quietLogger(),
    vocabulary: scorer.vocabulary,
    generations: createGenerations(redis, namespace),
    serving: createPartitionStore(redis, namespace),
    next: nextOf(world),
    basis,
    signal: new AbortController().signal,
  })
}

export async function made(world: ScoringWorld): Promise<Rebuild> {
  const rebuild = rebuildOf(world)
  await rebuild.begin(0, 'log')
  await rebuild.replay(0, () => undefined)
  return rebuild
}

/** A next generation of so many blocks, all where left out, as a process leaves it that is killed; answers its epoch. */
export async function leftBehind(world: ScoringWorld, blocks?: number): Promise<number> {
  await rebuildOf(world).begin(0, 'log')
  const next = nextOf(world)
  const lease = await next.acquire(0, { heardUntil: () => Promise.resolve(undefined), now: world.clock.now() })
  const { records, ...batch } = world.batch(0)
  await silentWorker(foldDeps(world), next, lease, quietLogger()).fold({ ...batch, records: records.slice(0, blocks) })
  return lease.epoch
}
