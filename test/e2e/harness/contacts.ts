import { createLedger, type LedgerEntry, queuePrefix } from '@perennial/runtime'
import type { Deployment } from './deployment.ts'
import type { Delivery } from './webhook-receiver.ts'

/** Everything on record about who was contacted. */
export type ContactRecord = Readonly<{
  entries: readonly LedgerEntry[]
  jobs: readonly Readonly<{ id: string; memberId: string; playbook: string; step: string }>[]
  deliveries: readonly Pick<Delivery, 'id' | 'genuine' | 'fresh' | 'body'>[]
}>

export async function contactRecord(
  { platform, redis, namespace }: Deployment,
  deliveries: ContactRecord['deliveries'],
): Promise<ContactRecord> {
  const ledger = createLedger(redis, platform)
  const keys = await redis.keys(`${queuePrefix(namespace)}:outreach:o-*`)
  const jobs = await Promise.all(
    // A job that is being worked on has a lock beside it.
    keys
      .filter((key) => !key.endsWith(':lock'))
      .map(async (key) => {
        const { memberId, playbook, step } = JSON.parse((await redis.hget(key, 'data')) ?? '{}')
        return { id: key.slice(key.lastIndexOf(':') + 1), memberId, playbook, step }
      }),
  )
  return { entries: await ledger.recent(100_000), jobs, deliveries }
}

/** What went against "one contact per cause", a line each. */
export function contactFaults({ entries, jobs, deliveries }: ContactRecord): string[] {
  const sends = entries.filter(({ decision }) => decision === 'send')
  return [
    ...repeated(sends.map((e) => `${e.memberId}|${e.termId}|${e.playbook}|${e.step}`)).map(
      (key) => `decided twice to send: ${key}`,
    ),
    ...repeated(jobs.map((job) => `${job.memberId}|${job.playbook}|${job.step}`)).map(
      (key) => `two jobs for one contact: ${key}`,
    ),
    ...repeated(deliveries.map(({ id }) => id)).map((id) => `delivered twice: ${id}`),
    ...repeated(deliveries.map(({ body }) => `${String(body.data['memberId'])}|${String(body.data['playbook'])}`)).map(
      (key) => `contacted twice: ${key}`,
    ),
    ...deliveries.filter(({ genuine, fresh }) => !genuine || !fresh).map(({ id }) => `badly signed: ${id}`),
    ...entries
      .filter(({ decision, reason }) => decision === 'hold' && reason === undefined)
      .map(({ id }) => `held without a reason: ${id}`),
  ]
}

function repeated(names: readonly string[]): string[] {
  const counts = new Map<string, number>()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  return [...counts].filter(([, count]) => count > 1).map(([name, count]) => `${name} (${count} times)`)
}
