import { setTimeout } from 'node:timers/promises'
import type { Vocabulary } from '@perennial/member'
import type { Model, Scorer } from '@perennial/risk'
import {
  BY_SETTINGS,
  createModelStore,
  isFault,
  messageOf,
  type ModelStore,
  type Platform,
  type Scope,
  type StoredModel,
} from '@perennial/runtime'
import { readScorer, scorerFrom } from './scorer.ts'

/** How often processes ask whether another model was promoted. */
const ASK_EVERY_MS = 1_000

/** The models of a deployment, ready to score. */
export type Models = Readonly<{
  /** What was last promoted, else what the settings name, else the starter. */
  current: Scorer
  shadow: Scorer | undefined
  /** What scored before: predictions of its may still be open. */
  previous: Model | undefined
}>

export type ModelsDeps = Readonly<{
  store: Pick<ModelStore, 'read' | 'revision'>
  /** The model file that the settings name. */
  file: string | undefined
  vocabulary: Vocabulary
}>

/** Reads the models once. Throws a Fault (`config`) where one of them cannot score this deployment's members. */
export async function readModels(deps: ModelsDeps): Promise<Readonly<{ revision: number; models: Models }>> {
  const { file, vocabulary } = deps
  const { revision, models } = await deps.store.read()
  const { current, shadow, previous } = models
  const scorer = current === undefined ? readScorer(file, vocabulary) : scorerOf(current, 'current', vocabulary)
  return {
    revision,
    models: {
      current: scorer,
      shadow: shadow && scorerOf(shadow, 'shadow', vocabulary),
      previous: previous && modelOf(previous, deps),
    },
  }
}

/** A stored model was sound when it was stored; the deployment's signals may be others by now. */
function scorerOf({ id, json }: StoredModel, role: string, vocabulary: Vocabulary): Scorer {
  return scorerFrom(JSON.parse(json), vocabulary, `The ${role} model is '${id}'`)
}

/** Nobody scores by it: that it cannot be read any more is no reason to stop. */
function modelOf(stored: StoredModel | typeof BY_SETTINGS, { file, vocabulary }: ModelsDeps): Model | undefined {
  try {
    return (stored === BY_SETTINGS ? readScorer(file, vocabulary) : scorerOf(stored, 'previous', vocabulary)).model
  } catch {
    return undefined
  }
}

/**
 * Follows the models of the deployment until the scope ends, and answers what they are, as of the last look: a
 * promotion, a roll-back or a shadow is seen within a second. A model that this process cannot read leaves the one it
 * has in use, and says so; at the start it is a Fault.
 */
export async function followModels(
  platform: Pick<Platform, 'redis' | 'namespace' | 'logger'>,
  scope: Scope,
  settings: Omit<ModelsDeps, 'store'>,
): Promise<() => Models> {
  const { logger } = platform
  const store = createModelStore(platform.redis('command'), platform.namespace)
  const deps = { ...settings, store }
  let { revision, models } = await readModels(deps)
  const stopping = new AbortController()
  const { signal } = stopping

  async function look(): Promise<void> {
    const latest = await store.revision()
    if (latest === revision) return
    try {
      models = (await readModels(deps)).models
      revision = latest
    } catch (error) {
      // A model that cannot be read is told of once, not every second.
      if (isFault(error, 'config')) revision = latest
      throw error
    }
    const { current, shadow } = models
    logger.info({ model: current.model.id, shadow: shadow?.model.id ?? null }, 'Other models score now')
  }

  const done = (async () => {
    while (!signal.aborted) {
      await setTimeout(ASK_EVERY_MS, undefined, { signal }).catch(() => undefined)
      if (!signal.aborted) await look().catch((error: unknown) => complain(logger, error))
    }
  })()

  scope.adopt(stopping, async (held) => {
    held.abort()
    await done
  })
  return () => models
}

function complain(logger: Platform['logger'], error: unknown): void {
  if (isFault(error, 'config'))
    logger.error({ err: error }, 'The models that were set cannot be used; those before go on scoring.')
  else logger.warn(`Which models score could not be looked up, trying again: ${messageOf(error)}`)
}
