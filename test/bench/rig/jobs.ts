import { type Platform, queuePrefix, type Redis } from '@perennial/runtime'

/** A job that BullMQ took in: about whom, and when, by the clock of Redis (in ms, which is this machine's). */
export type AddedJob = Readonly<{ memberId: string; at: number }>

const QUEUE = 'outreach'

/**
 * Listens to BullMQ's own events: each has the time at which Redis put it down. `stop` answers the jobs added since
 * this was called.
 */
export function watchJobs({ redis, namespace }: Platform): { stop(): Promise<readonly AddedJob[]> } {
  const queue = `${queuePrefix(namespace)}:${QUEUE}`
  const listening = redis('blocking')
  const looking = redis('command')
  const added: { id: string; at: number }[] = []
  const stopping = new AbortController()

  const done = (async () => {
    let last = '0'
    while (!stopping.signal.aborted) {
      const answer = await listening.xread('COUNT', 1_000, 'BLOCK', 200, 'STREAMS', `${queue}:events`, last)
      for (const [id, fields] of answer?.[0]?.[1] ?? []) {
        last = id
        const job = fieldsOf(fields)
        // Rounded up to the next millisecond.
        if (job['event'] === 'added') added.push({ id: job['jobId'] ?? '', at: Number(id.split('-')[0]) + 1 })
      }
    }
  })()

  return {
    async stop() {
      stopping.abort()
      await done
      return Promise.all(added.map(async ({ id, at }) => ({ memberId: await memberOf(looking, `${queue}:${id}`), at })))
    },
  }
}

function fieldsOf(list: readonly string[]): Readonly<Record<string, string>> {
  const fields: Record<string, string> = {}
  for (let i = 0; i < list.length; i += 2) fields[list[i] ?? ''] = list[i + 1] ?? ''
  return fields
}

async function memberOf(redis: Redis, key: string): Promise<string> {
  const data = await redis.hget(key, 'data')
  const job: unknown = JSON.parse(data ?? '{}')
  return typeof job === 'object' && job !== null && 'memberId' in job ? String(job.memberId) : ''
}
