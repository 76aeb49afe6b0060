import { pause } from '@perennial/runtime'
import type { Forwarder } from '../../e2e/harness/forwarder.ts'
import { type OwnRedis, startOwnRedis } from '../../e2e/harness/own-redis.ts'
import { waitFor } from '../../e2e/harness/wait-for.ts'

/** The Redis in use and one to fail over to, behind the doors that everybody goes through. */
export type Stores = Readonly<{
  /** The one in use. */
  redis(): OwnRedis
  /** Doors that lead to it, wherever it is. */
  behind(doors: readonly Forwarder[]): void
  /**
   * Makes a replica, lets it fall behind for so long, goes on with the replica and kills the one in use: what was
   * written meanwhile is lost.
   */
  failOver(lagMs: number, around: Readonly<{ before(): void; after(): void }>): Promise<void>
  stop(): Promise<void>
}>

/** Until what was under way is done, and until connections are made anew. */
const QUIET_MS = 150

export async function startStores(): Promise<Stores> {
  const all = [await startOwnRedis()]
  const doors: Forwarder[] = []
  let current = all[0] as OwnRedis
  const hostOf = ({ url }: OwnRedis) => new URL(url).host

  return {
    redis: () => current,
    behind(more) {
      doors.push(...more)
      for (const door of more) door.lead(hostOf(current))
    },
    async failOver(lagMs, around) {
      const replica = await startOwnRedis()
      all.push(replica)
      const { hostname, port } = new URL(current.url)
      await current.command('CONFIG SET repl-diskless-sync-delay 0')
      await replica.command(`REPLICAOF ${hostname} ${port}`)
      await waitFor('the replica', async () => isInStep(replica))
      await replica.command('REPLICAOF NO ONE')
      await pause(lagMs)
      around.before()
      await pause(QUIET_MS)
      const before = current
      current = replica
      // At once, so that nobody finds nothing there: what was under way goes to the replica.
      for (const door of doors) door.lead(hostOf(current))
      await pause(QUIET_MS)
      around.after()
      await before.crash()
      await before.stop()
      all.splice(all.indexOf(before), 1)
    },
    stop: async () => void (await Promise.all(all.map((redis) => redis.stop()))),
  }
}

async function isInStep(replica: OwnRedis): Promise<boolean> {
  return (await replica.command('INFO replication')).includes('master_link_status:up')
}
