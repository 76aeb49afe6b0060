import type { Redis } from 'ioredis'
import { killSwitchKey } from '../redis/keys.ts'

/** Stands for all plays. */
const ALL = '*'

export type KillSwitchState = Readonly<{ all: boolean; playbooks: ReadonlySet<string> }>

/** What is stopped right now, without a restart: looked at for every decision, and again for every contact. */
export interface KillSwitchStore {
  read(): Promise<KillSwitchState>
  /** Stops one play, or with `*` all of them. */
  stop(playbook: string): Promise<void>
  resume(playbook: string): Promise<void>
}

/** `always`: names that are stopped whatever Redis says, from the environment. */
export function createKillSwitch(redis: Redis, namespace: string, always: readonly string[] = []): KillSwitchStore {
  const key = killSwitchKey(namespace)
  return {
    read: async () => killSwitchState([...always, ...(await redis.smembers(key))]),
    stop: async (playbook) => void (await redis.sadd(key, playbook)),
    resume: async (playbook) => void (await redis.srem(key, playbook)),
  }
}

/** The switch as names: of plays, `*` or `all` for everything. */
export function killSwitchState(names: Iterable<string>): KillSwitchState {
  const playbooks = new Set(names)
  return { all: playbooks.has(ALL) || playbooks.has('all'), playbooks }
}
