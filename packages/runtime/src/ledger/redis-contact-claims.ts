import type { Redis } from 'ioredis'
import { contactClaimsKey } from '../redis/keys.ts'
import type { ContactClaims } from './contact-claims.ts'

export function createContactClaims(redis: Redis, namespace: string): ContactClaims {
  const key = contactClaimsKey(namespace)
  return {
    async read() {
      const stored = await redis.hgetall(key)
      const positions = Object.entries(stored).map(([topic, list]) => [topic, list.split(',').map(Number)] as const)
      return positions.length === 0 ? undefined : Object.fromEntries(positions)
    },
    async write(positions) {
      await redis.hset(key, Object.fromEntries(Object.entries(positions).map(([topic, at]) => [topic, at.join(',')])))
    },
    async clear() {
      await redis.del(key)
    },
  }
}
