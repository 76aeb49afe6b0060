import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import type { Redis } from 'ioredis'
import type { Membership, Turn } from '../log/pull/source.ts'
import { tpKey } from '../log/topic-partition.ts'
import type { TopicPartition } from '../ports.ts'
import { logIndexKeys } from '../redis/keys.ts'
import { defineScript } from '../redis/script.ts'
import { COMMIT, LEAVE, RELEASE, TURN } from './scripts.ts'
import type { WakeChannel } from './wake-channel.ts'

/** A killed member keeps its partitions this long. */
export const LEASE_MS = 10_000
export const TURN_EVERY_MS = 1_000

type Deps = Readonly<{ redis: Redis; namespace: string; wake: WakeChannel }>
type Group = Readonly<{ name: string; topics: readonly string[]; partitions: readonly TopicPartition[] }>

/** A member of a group kept in Redis; Redis's own clock decides about leases. */
export function createMembership({ redis, namespace, wake }: Deps, group: Group): Membership {
  const index = logIndexKeys(namespace)
  const keys = index.group(group.name)
  const member = `${hostname()}-${process.pid}-${randomUUID()}`
  const news = `group:${group.name}`
  const turn = defineScript(redis, 'log_turn', TURN)
  const release = defineScript(redis, 'log_release', RELEASE)
  const leave = defineScript(redis, 'log_leave', LEAVE)
  const commit = defineScript(redis, 'log_commit', COMMIT)
  const names = group.partitions.flatMap(({ topic, partition }) => [topic, String(partition)])

  return {
    async turn(join) {
      const args = [member, LEASE_MS, join ? 1 : 0, news, index.wake, JSON.stringify(group.topics), ...names]
      const answer = await turn([keys.members, keys.topics, keys.owners], args)
      return Array.isArray(answer) ? turnOf(answer.map(String)) : undefined
    },

    async release(tps) {
      await release([keys.owners], [member, news, index.wake, ...tps.map(tpKey)])
    },

    async commit(positions) {
      const args = positions.flatMap(({ tp, offset }) => [tpKey(tp), String(offset)])
      await commit([keys.owners, keys.positions], [member, ...args])
    },

    async leave() {
      await leave([keys.members, keys.topics, keys.owners], [member, news, index.wake, ...group.partitions.map(tpKey)])
    },

    onChange: (listener) => wake.on((word) => (word === undefined || word === news ? listener() : undefined)),
  }
}

function turnOf(answer: readonly string[]): Turn {
  const middle = answer.indexOf('')
  return { keep: answer.slice(0, middle).map(tpOf), surplus: answer.slice(middle + 1).map(tpOf) }
}

function tpOf(key: string): TopicPartition {
  const colon = key.lastIndexOf(':')
  return { topic: key.slice(0, colon), partition: Number(key.slice(colon + 1)) }
}
