import type { Platform } from '@perennial/runtime'
import { SOURCE_NAMES, topicOf } from '@perennial/streams'

/** Records of the source topics that ingest has not taken in yet. */
export async function waitingRecords({ log, namespace }: Platform): Promise<number> {
  const perTopic = await Promise.all(
    SOURCE_NAMES.map(topicOf).map(async (topic) => {
      const [ends, committed] = await Promise.all([log.endOffsets(topic), log.committed(`${namespace}-ingest`, topic)])
      return ends.reduce((sum, end, partition) => sum + end - (committed[partition] ?? 0), 0)
    }),
  )
  return perTopic.reduce((sum, waiting) => sum + waiting, 0)
}
