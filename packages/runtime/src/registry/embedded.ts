import { incompatibilities, parseSchema } from '@perennial/streams'
import type { Redis } from 'ioredis'
import type { SchemaStore } from '../ports.ts'
import { schemaKeys } from '../redis/keys.ts'
import { defineScript } from '../redis/script.ts'
import { BoundedCache } from './bounded-cache.ts'
import { incompatible } from './incompatible.ts'
import { withoutSpace } from './without-space.ts'

/**
 * Gives the schema its id, the same one for the same text, and notes it for the subject. All of it or nothing, so
 * that two processes starting together agree. KEYS: ids, byId, versions. ARGV: schema, number of versions seen.
 */
const REGISTER = `
if redis.call('LLEN', KEYS[3]) ~= tonumber(ARGV[2]) then return -1 end
local id = redis.call('HGET', KEYS[1], ARGV[1])
if not id then
  id = tostring(redis.call('HLEN', KEYS[1]) + 1)
  redis.call('HSET', KEYS[1], ARGV[1], id)
  redis.call('HSET', KEYS[2], id, ARGV[1])
end
redis.call('RPUSH', KEYS[3], id)
return tonumber(id)
`

/**
 * The registry of the embedded mode: the same rules, kept in Redis under the namespace, so that ids written into
 * the log still mean the same after a restart.
 */
export function createEmbeddedSchemas(redis: Redis, namespace: string): SchemaStore {
  const keys = schemaKeys(namespace)
  const add = defineScript(redis, 'register_schema', REGISTER)
  const byId = new BoundedCache<number, string>(1_000)

  async function lookUp(id: number): Promise<string | undefined> {
    const known = byId.get(id)
    if (known !== undefined) return known
    const found = (await redis.hget(keys.byId, String(id))) ?? undefined
    if (found !== undefined) byId.set(id, found)
    return found
  }

  return {
    schemaById: lookUp,

    async register(subject, schema) {
      const text = withoutSpace(subject, schema)
      for (;;) {
        const versions = await redis.lrange(keys.versions(subject), 0, -1)
        for (const version of versions) {
          const earlier = await lookUp(Number(version))
          if (earlier === text) return Number(version)
          const [first] = earlier === undefined ? [] : incompatibilities(parseSchema(text), parseSchema(earlier))
          if (first !== undefined) {
            throw incompatible(subject, `${first.rule} at ${first.path || 'the top'}, ${first.message}`)
          }
        }
        const id = await add([keys.ids, keys.byId, keys.versions(subject)], [text, versions.length])
        // Somebody else registered in between: look again.
        if (id !== -1) return Number(id)
      }
    },
  }
}
