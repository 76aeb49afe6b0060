import type { Redis } from 'ioredis'
import { killSwitchKey } from '../redis/keys.ts'

/** Stands for all plays. */
const ALL = '*'

/** Before the name of a channel. Names of plays hold no ':'. */
const CHANNEL = 'channel:'

export type KillSwitchState = Readonly<{
  all: boolean
  playbooks: ReadonlySet<string>
  channels: ReadonlySet<string>
}>

/** What is stopped right now, without a restart: looked at for every decision, and again for every contact. */
export interface KillSwitchStore {
  read(): Promise<KillSwitchState>
  /** Stops one play, with `channel:email` all that goes through a channel, or with `*` everything. */
  stop(name: string): Promise<void>
  resume(name: string): Promise<void>
}

/** `always`: names that are stopped whatever Redis says, from the environment. */
export function createKillSwitch(redis: Redis, namespace: string, always: readonly string[] = []): KillSwitchStore {
  const key = killSwitchKey(namespace)
  return {
    read: async () => killSwitchState([...always, ...(await redis.smembers(key))]),
    stop: async (name) => void (await redis.sadd(key, name)),
    resume: async (name) => void (await redis.srem(key, name)),
  }
}

/** The switch as names: of plays, `channel:` and a channel, `*` or `all` for everything. */
export function killSwitchState(names: Iterable<string>): KillSwitchState {
  const playbooks = new Set(names)
  const channels = [...playbooks].filter((name) => name.startsWith(CHANNEL)).map((name) => name.slice(CHANNEL.length))
  return { all: playbooks.has(ALL) || playbooks.has('all'), playbooks, channels: new Set(channels) }
}
