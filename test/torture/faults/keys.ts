import { queuePrefix } from '@perennial/runtime'
import type { Ground } from '../ground/ground.ts'
import { DONE, type FaultKind } from './fault.ts'

/** Removes the keys of the deployment that are, or are not, those of the job queue. */
async function remove({ deployment: { redis, namespace } }: Ground, ofQueue: boolean): Promise<void> {
  const prefix = `${queuePrefix(namespace)}:`
  let cursor = '0'
  do {
    const [next, keys] = await redis.scan(cursor, 'MATCH', `*${namespace}*`, 'COUNT', 1_000)
    const chosen = keys.filter((key) => key.startsWith(prefix) === ofQueue)
    if (chosen.length > 0) await redis.unlink(...chosen)
    cursor = next
  } while (cursor !== '0')
}

export const queueLost: FaultKind = {
  name: 'queue-lost',
  part: 'redis',
  lastsMs: [0, 0],
  async strike({ ground }) {
    await remove(ground, true)
    return { on: 'the keys of BullMQ', lift: DONE }
  },
}

export const stateLost: FaultKind = {
  name: 'state-lost',
  part: 'redis',
  lastsMs: [0, 0],
  needsLog: true,
  async strike({ ground, lost }) {
    await remove(ground, false)
    lost(0)
    return { on: 'all keys but those of BullMQ', lift: DONE }
  },
}
