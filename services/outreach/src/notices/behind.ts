import { hasBacklog, type Platform } from '@perennial/runtime'
import { SOURCE_NAMES, topicOf } from '@perennial/streams'

/** Whether facts wait that no row holds yet, by the positions of ingest and scoring: in the order of the path. */
export async function factsWait({ log, namespace }: Pick<Platform, 'log' | 'namespace'>): Promise<boolean> {
  for (const topic of SOURCE_NAMES.map(topicOf)) if (await hasBacklog(log, `${namespace}-ingest`, topic)) return true
  return hasBacklog(log, `${namespace}-scoring`, topicOf('member-activity'))
}
