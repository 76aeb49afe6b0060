import type { Redis } from 'ioredis'

export type ScriptArgument = string | number | Buffer

/**
 * A Lua script as a function of its keys and arguments, run atomically. It is loaded when first used and again
 * when Redis has forgotten it. `name` must be unique on the connection.
 */
export function defineScript(
  redis: Redis,
  name: string,
  lua: string,
): (keys: readonly string[], args: readonly ScriptArgument[]) => Promise<unknown> {
  const command = `perennial_${name}`
  redis.defineCommand(command, { lua })
  return async (keys, args) => Reflect.apply(Reflect.get(redis, command), redis, [keys.length, ...keys, ...args])
}
