import { randomUUID } from 'node:crypto'
import { readModels } from '@perennial/deployment'
import type { Vocabulary } from '@perennial/member'
import {
  createErasureKeys,
  createGenerations,
  createModelStore,
  createPartitionStore,
  type Platform,
  whenReady,
} from '@perennial/runtime'
import { activeModels } from '../active-model.ts'
import type { ScoringConfig } from '../config.ts'
import { createChunkPool } from '../chunk-pool.ts'
import { Rebuild } from './rebuild.ts'

/** Raised with every change of what the fold makes of the same facts: a rebuild that was begun before is begun anew. */
const FOLD = 1

/** Puts a rebuild together for a deployment, with the settings that scoring has. */
export async function connectRebuild(
  platform: Platform,
  config: ScoringConfig,
  vocabulary: Vocabulary,
  signal: AbortSignal,
): Promise<Rebuild> {
  const { namespace, log, logger, clock, partitions } = platform
  const redis = platform.redis('commit')
  await whenReady(redis)
  const models = { store: createModelStore(redis, namespace), file: config.modelFile, vocabulary }
  const read = (await readModels(models)).models
  const { openBlock, pseudonym } = createErasureKeys(namespace, config.identityKey)
  const run = randomUUID().slice(0, 8)
  let commits = 0
  return new Rebuild({
    log,
    logger,
    clock,
    vocabulary,
    signal,
    generations: createGenerations(redis, namespace),
    serving: createPartitionStore(redis, namespace),
    next: createPartitionStore(redis, namespace, undefined, 'next'),
    // Nothing is told, so the schema of what would be does not matter.
    model: activeModels(() => read, 0),
    aliasMs: config.aliasMs,
    maxAliases: config.maxAliases,
    openBlock,
    pseudonym,
    partitions: partitions.activity,
    chunks: createChunkPool(vocabulary),
    nextToken: () => `r${run}.${commits++}`,
    basis: JSON.stringify({
      fold: FOLD,
      aliasMs: config.aliasMs,
      maxAliases: config.maxAliases,
      signals: vocabulary.fingerprints.at(-1) ?? 0,
    }),
  })
}
