import type { Redis } from 'ioredis'
import { playTextsKey } from '../redis/keys.ts'

/** Longer than any decision waits for its moment, and as long as the ledger tells of it. */
const KEPT_MS = 2 * 365 * 24 * 3_600_000

export type PlayText = Readonly<{ file: string; text: string }>

/** The texts of plays by version: what was decided by one version is carried out by it, though the files have changed. */
export interface PlayTexts {
  keep(version: string, files: readonly PlayText[]): Promise<void>
  of(version: string): Promise<readonly PlayText[] | undefined>
}

export function createPlayTexts(redis: Redis, namespace: string): PlayTexts {
  return {
    async keep(version, files) {
      await redis.set(playTextsKey(namespace, version), JSON.stringify(files), 'PX', KEPT_MS)
    },
    async of(version) {
      const stored = await redis.get(playTextsKey(namespace, version))
      return stored === null ? undefined : (JSON.parse(stored) as readonly PlayText[])
    },
  }
}
