import type { EpochMs } from '@perennial/member'
import type { Redis } from 'ioredis'
import { modelsKey } from '../redis/keys.ts'
import { defineScript } from '../redis/script.ts'

/** A model as it was given to this deployment. */
export type StoredModel = Readonly<{
  id: string
  /** The model file, whole. */
  json: string
  /** Who gave it, and when. */
  by: string
  at: EpochMs
}>

/** The model that the settings name, or the starter. */
export const BY_SETTINGS = 'settings'

/** The models of a deployment: what was last promoted, what a roll-back would bring back, what runs beside it. */
export type StoredModels = Readonly<{
  /** Undefined: nothing was ever promoted, or it was rolled back. */
  current: StoredModel | undefined
  /** Undefined: there is nothing to go back to. */
  previous: StoredModel | typeof BY_SETTINGS | undefined
  shadow: StoredModel | undefined
}>

export const NO_MODELS: StoredModels = { current: undefined, previous: undefined, shadow: undefined }

/** `model` scores from now on. It is a shadow no more, if it was. */
export function promoted(models: StoredModels, model: StoredModel): StoredModels {
  const shadow = models.shadow?.id === model.id ? undefined : models.shadow
  return { current: model, previous: models.current ?? BY_SETTINGS, shadow }
}

/** What scored before scores again; once more brings back what was rolled back. Undefined: there was nothing before. */
export function rolledBack({ current, previous, shadow }: StoredModels): StoredModels | undefined {
  if (previous === undefined) return undefined
  return { current: previous === BY_SETTINGS ? undefined : previous, previous: current ?? BY_SETTINGS, shadow }
}

/** `model` runs beside the current one; undefined ends that. */
export function shadowed(models: StoredModels, model: StoredModel | undefined): StoredModels {
  return { ...models, shadow: model }
}

/** Where a deployment keeps its models: seen by all processes, changed by an operator. */
export interface ModelStore {
  /** Rises with every change: cheap to ask for. 0 = nothing was ever stored. */
  revision(): Promise<number>
  read(): Promise<Readonly<{ revision: number; models: StoredModels }>>
  /** False, and nothing is changed, when somebody else has changed them since `revision`. */
  write(models: StoredModels, revision: number): Promise<boolean>
}

/**
 * KEYS  1 hash: revision, and current, previous, shadow as JSON
 * ARGV  1 revision expected · pairs of field and value, '' = none
 */
const WRITE_SCRIPT = `
if (redis.call('HGET', KEYS[1], 'revision') or '0') ~= ARGV[1] then return 0 end
for n = 2, #ARGV, 2 do
  if ARGV[n + 1] == '' then redis.call('HDEL', KEYS[1], ARGV[n])
  else redis.call('HSET', KEYS[1], ARGV[n], ARGV[n + 1]) end
end
redis.call('HINCRBY', KEYS[1], 'revision', 1)
return 1
`

export function createModelStore(redis: Redis, namespace: string): ModelStore {
  const key = modelsKey(namespace)
  const write = defineScript(redis, 'modelsWrite', WRITE_SCRIPT)
  return {
    revision: async () => Number((await redis.hget(key, 'revision')) ?? 0),

    async read() {
      const { revision = '0', current, previous, shadow } = await redis.hgetall(key)
      const models = {
        current: parsed(current),
        previous: previous === BY_SETTINGS ? BY_SETTINGS : parsed(previous),
        shadow: parsed(shadow),
      } as const
      return { revision: Number(revision), models }
    },

    async write({ current, previous, shadow }, revision) {
      const fields = { current, previous, shadow }
      const args = Object.entries(fields).flatMap(([field, model]) => [field, text(model)])
      return (await write([key], [revision, ...args])) === 1
    },
  }
}

function text(model: StoredModel | typeof BY_SETTINGS | undefined): string {
  if (model === undefined) return ''
  return model === BY_SETTINGS ? BY_SETTINGS : JSON.stringify(model)
}

function parsed(json: string | undefined): StoredModel | undefined {
  return json === undefined ? undefined : (JSON.parse(json) as StoredModel)
}
