import type { EpochMs } from '@perennial/member'
import { exampleKey, type Platform } from '@perennial/runtime'
import type { ExampleName } from './example.ts'

/** Which example was fed into a deployment, and how far: what makes a second start go on instead of beginning anew. */
export type ExampleState = Readonly<{
  name: ExampleName
  end: EpochMs
  total: number
  /** So many records are known to be in. After a kill up to one batch more may be; ingest recognises those. */
  done: number
}>

export type ExampleStore = Readonly<{
  read(): Promise<ExampleState | undefined>
  write(state: ExampleState): Promise<void>
}>

export function exampleStore(platform: Platform): ExampleStore {
  const redis = platform.redis('command')
  const key = exampleKey(platform.namespace)
  return {
    async read() {
      const text = await redis.get(key)
      return text === null ? undefined : (JSON.parse(text) as ExampleState)
    },
    write: async (state) => void (await redis.set(key, JSON.stringify(state))),
  }
}
