import type { Redis } from 'ioredis'

/** One value in Redis, under its key and, in a hash, set or list, its field. */
export type RedisEntry = Readonly<{ key: string; field: Buffer; value: Buffer }>

const PAGE = 500
const NOTHING = Buffer.alloc(0)

/** Everything kept under a namespace, but the embedded log, which is read as what it is. For looking for remains; not fast. */
export async function* scanRedis(redis: Redis, namespace: string): AsyncGenerator<RedisEntry> {
  let cursor = '0'
  do {
    const [next, keys] = await redis.scan(cursor, 'MATCH', `*${escaped(namespace)}*`, 'COUNT', PAGE)
    for (const key of keys) if (!isLog(namespace, key)) yield* entriesOf(redis, key)
    cursor = next
  } while (cursor !== '0')
}

function isLog(namespace: string, key: string): boolean {
  return key.startsWith(`{${namespace}:log:`) || key.startsWith(`${namespace}:log:`)
}

async function* entriesOf(redis: Redis, key: string): AsyncGenerator<RedisEntry> {
  switch (await redis.type(key)) {
    case 'hash':
      return yield* pages(key, (cursor) => redis.hscanBuffer(key, cursor, 'COUNT', PAGE), 2)
    case 'zset':
      return yield* pages(key, (cursor) => redis.zscanBuffer(key, cursor, 'COUNT', PAGE), 2)
    case 'set':
      return yield* pages(key, (cursor) => redis.sscanBuffer(key, cursor, 'COUNT', PAGE), 1)
    case 'list':
      for (const value of await redis.lrangeBuffer(key, 0, -1)) yield { key, field: NOTHING, value }
      return
    case 'string':
      return yield { key, field: NOTHING, value: (await redis.getBuffer(key)) ?? NOTHING }
    case 'stream':
      for (const [, fields] of await redis.xrangeBuffer(key, '-', '+'))
        for (const value of fields) yield { key, field: NOTHING, value }
      return
    default:
      // Gone since it was listed.
      return
  }
}

type Page = [cursor: Buffer, found: Buffer[]]

async function* pages(key: string, read: (cursor: string) => Promise<Page>, step: 1 | 2): AsyncGenerator<RedisEntry> {
  let cursor = '0'
  do {
    const [next, found] = await read(cursor)
    for (let n = 0; n < found.length; n += step)
      yield { key, field: found[n] ?? NOTHING, value: step === 1 ? NOTHING : (found[n + 1] ?? NOTHING) }
    cursor = String(next)
  } while (cursor !== '0')
}

function escaped(text: string): string {
  return text.replaceAll(/[\\*?[\]]/g, String.raw`\$&`)
}
