import type { EpochMs } from '@perennial/member'
import type { Redis } from 'ioredis'
import { erasuresKey } from '../redis/keys.ts'

/** What was removed from one place. */
export type ErasedPlace = Readonly<{ where: string; count: number }>

/** What cannot be removed before its time: records of a log go with their age. */
export type RestingPlace = Readonly<{ where: string; until: EpochMs | 'compaction' | 'trimming'; why: string }>

/** What an erasure did, without anything by which somebody could tell who it was. */
export type ErasureReceipt = Readonly<{
  /** The keyed hash of the member: the same member has the same id. */
  id: string
  state: 'running' | 'done'
  requestedAt: EpochMs
  /** Who asked, by role: `cli`, or the name of a token. */
  by: string
  completedAt?: EpochMs
  /** What it is at while it runs. */
  step?: string
  /** References of the member that were found or named, itself included. */
  subjects: number
  cleared: readonly ErasedPlace[]
  rests: readonly RestingPlace[]
  /** While it runs: what was asked for, sealed, so that whoever goes on with it knows. */
  request?: string
}>

/** The receipts of all erasures: the audit log. */
export interface Receipts {
  get(id: string): Promise<ErasureReceipt | undefined>
  put(receipt: ErasureReceipt): Promise<void>
  /** Latest request first. */
  all(): Promise<ErasureReceipt[]>
}

export function createReceipts(redis: Redis, namespace: string): Receipts {
  const key = erasuresKey(namespace)
  const parse = (text: string) => JSON.parse(text) as ErasureReceipt
  return {
    async get(id) {
      const stored = await redis.hget(key, id)
      return stored === null ? undefined : parse(stored)
    },
    put: async (receipt) => void (await redis.hset(key, receipt.id, JSON.stringify(receipt))),
    all: async () => (await redis.hvals(key)).map(parse).toSorted((a, b) => b.requestedAt - a.requestedAt),
  }
}
