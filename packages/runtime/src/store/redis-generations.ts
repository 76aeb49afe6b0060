import { randomUUID } from 'node:crypto'
import type { Redis } from 'ioredis'
import { type Generation, partitionHoldKey, partitionKeys } from '../redis/keys.ts'
import { defineScript } from '../redis/script.ts'
import { GENERATION_KEYS, HOLD_ON_SCRIPT, HOLD_SCRIPT, SWITCH_SCRIPT, TAKE_BACK_SCRIPT } from './generation-scripts.ts'
import { type Generations, type Held, type SwitchAnswer, TAKEN_BACK } from './generations.ts'

/** `switchScript` is another one only where a test shows what its guards are for. */
export function createGenerations(redis: Redis, namespace: string, switchScript = SWITCH_SCRIPT): Generations {
  const me = randomUUID()
  const hold = defineScript(redis, 'partitionHold', HOLD_SCRIPT)
  const holdOn = defineScript(redis, 'partitionHoldOn', HOLD_ON_SCRIPT)
  const switchOver = defineScript(redis, 'partitionSwitch', switchScript)
  const takeBack = defineScript(redis, 'partitionTakeBack', TAKE_BACK_SCRIPT)
  const keys = (partition: number, generation: Generation) => partitionKeys(namespace, partition, generation)
  const all = (partition: number, generation: Generation) =>
    GENERATION_KEYS.map((name) => keys(partition, generation)[name])
  const holdKey = (partition: number) => partitionHoldKey(namespace, partition)
  const exists = async (partition: number, generation: Generation) =>
    (await redis.exists(keys(partition, generation).fence)) === 1

  return {
    async hold(partition, forMs) {
      const serving = keys(partition, 'serving')
      const fence = (await hold([serving.fence, holdKey(partition)], [me, forMs])) as string[] | null
      if (fence === null) return undefined
      return heldFrom(fence, await redis.hgetall(serving.sources))
    },

    holdOn: async (partition, forMs) => (await holdOn([holdKey(partition)], [me, forMs])) === 1,
    release: async (partition) => void (await holdOn([holdKey(partition)], [me, 0])),

    async switchOver(partition, { epoch, nextOffset }, next) {
      const generations = (['serving', 'next', 'previous'] as const).flatMap((name) => all(partition, name))
      const given = [epoch, next.epoch, nextOffset, next.rescore ? 1 : 0]
      return (await switchOver([...generations, holdKey(partition)], given)) as SwitchAnswer
    },

    async takeBack(partition) {
      return (await takeBack([...all(partition, 'previous'), ...all(partition, 'next')], [TAKEN_BACK])) === 1
    },

    kept: async (partition) => ({
      next: await exists(partition, 'next'),
      previous: await exists(partition, 'previous'),
    }),

    discard: async (partition, generation) => void (await redis.unlink(...all(partition, generation))),

    forget: (partition, subject) => forget(redis, [keys(partition, 'next'), keys(partition, 'previous')], subject),

    noteOf: async (partition) => (await redis.hget(keys(partition, 'next').fence, 'b')) ?? undefined,
    note: async (partition, text) => void (await redis.hset(keys(partition, 'next').fence, 'b', text)),
  }
}

async function forget(
  redis: Redis,
  kept: readonly ReturnType<typeof partitionKeys>[],
  subject: string,
): Promise<number> {
  let gone = 0
  for (const { rows, due, aliasDue } of kept) {
    gone += await redis.hdel(rows, subject)
    await Promise.all([redis.zrem(due, subject), redis.zrem(aliasDue, subject)])
  }
  return gone
}

function heldFrom(flat: readonly string[], sources: Readonly<Record<string, string>>): Held {
  const fence = new Map<string, string>()
  for (let n = 0; n + 1 < flat.length; n += 2) fence.set(flat[n] ?? '', flat[n + 1] ?? '')
  const number = (field: string) => Number(fence.get(field) ?? 0)
  return {
    epoch: number('e'),
    nextOffset: number('o'),
    revision: number('c'),
    sent: number('n'),
    sources: new Map(Object.entries(sources)),
  }
}
