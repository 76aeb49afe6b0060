import { pause } from '@perennial/runtime'
import { topicOf } from '@perennial/streams'
import { deleteRecords } from '../ground/delete-records.ts'
import { DONE, type FaultKind } from './fault.ts'

const ACTIVITY = topicOf('member-activity')

export const brokerKill: FaultKind = {
  name: 'broker-kill',
  part: 'broker',
  lastsMs: [500, 3_000],
  async strike({ ground: { kafka } }) {
    await kafka.crash()
    return {
      on: 'the broker',
      async lift() {
        await kafka.start()
        return []
      },
    }
  },
}

/** Retention takes what scoring has folded, up to where it stands. */
export const deletedRecords: FaultKind = {
  name: 'records-deleted',
  part: 'broker',
  lastsMs: [0, 0],
  shortensLog: true,
  async strike({ ground, copyLog }) {
    const { platform, namespace } = ground.deployment
    const positions = await platform.log.committed(`${namespace}-scoring`, ACTIVITY)
    await copyLog()
    const offsets = new Map(
      [...positions.entries()].flatMap(([p, offset]) => (offset === undefined ? [] : [[p, offset]])),
    )
    await deleteRecords(ground.kafka.address, `${namespace}.${ACTIVITY}`, offsets)
    return { on: `${ACTIVITY} up to ${[...offsets.values()].join(', ')}`, lift: DONE }
  },
}

/** kill -9 of Redis, and the last second of what it had written is gone. */
export const redisRestart: FaultKind = {
  name: 'redis-loses-last-second',
  part: 'redis',
  lastsMs: [0, 2_000],
  needsLog: true,
  async strike({ ground: { stores }, lost }) {
    const redis = stores.redis()
    const since = Date.now()
    const written = redis.written()
    await pause(1_000)
    await redis.crash()
    redis.forgetFrom(written)
    return {
      on: 'Redis',
      async lift() {
        await redis.start()
        lost(since)
        return []
      },
    }
  },
}

export const flushAll: FaultKind = {
  name: 'redis-flushed',
  part: 'redis',
  lastsMs: [0, 0],
  needsLog: true,
  async strike({ ground: { stores }, lost }) {
    await stores.redis().command('FLUSHALL')
    lost(0)
    return { on: 'Redis', lift: DONE }
  },
}

export const flushScripts: FaultKind = {
  name: 'scripts-flushed',
  part: 'redis',
  lastsMs: [0, 0],
  async strike({ ground: { stores } }) {
    await stores.redis().command('SCRIPT FLUSH')
    return { on: 'Redis', lift: DONE }
  },
}

/** Every write is refused for lack of memory; reads go on. */
export const outOfMemory: FaultKind = {
  name: 'redis-out-of-memory',
  part: 'redis',
  lastsMs: [2_000, 8_000],
  async strike({ ground: { stores } }) {
    const redis = stores.redis()
    await redis.command('CONFIG SET maxmemory 1')
    return {
      on: 'Redis',
      async lift() {
        await redis.command('CONFIG SET maxmemory 0')
        return []
      },
    }
  },
}

export const failOver: FaultKind = {
  name: 'redis-fail-over',
  part: 'redis',
  lastsMs: [0, 0],
  needsLog: true,
  async strike({ ground: { stores }, choices, lost, rest, goOn }) {
    const lagMs = choices.between(500, 2_000)
    const before = Date.now()
    // Quiet at the moment itself: who asks for nothing notices nothing, and goes on with what it remembers.
    await stores.failOver(lagMs, { before: rest, after: goOn })
    lost(before)
    return { on: `Redis, to a replica ${lagMs} ms behind`, lift: DONE }
  },
}
