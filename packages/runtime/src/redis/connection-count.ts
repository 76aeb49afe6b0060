import type { Redis } from 'ioredis'

/**
 * How often a connection was made, as a function to ask. A Redis that restarts, or is replaced by its replica, may
 * have lost its latest writes, and always breaks its connections: as long as the number is the same, nothing was lost.
 * It rises before the first answer comes through the new connection, so whoever reads it after an answer knows whether
 * the answer came from a Redis that may have lost something.
 */
export function connectionCount(redis: Redis): () => number {
  let made = 0
  redis.on('ready', () => made++)
  return () => made
}
