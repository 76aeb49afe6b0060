import type { Consumption, Log } from '@perennial/runtime'
import { createMemoryLog } from '@perennial/testkit'
import { logFeatures } from './log.features.ts'

const log = createMemoryLog()

logFeatures('the memory log', () => ({
  open: async () => client(),
  truncate: async (tp, offset) => log.truncate(tp, offset),
  lost: () => log.lost(),
  leaseMs: Infinity,
  close: () => log.close(),
}))

/** The same log as another process would hold it: closing it stops only its own consumers. */
function client(): Log {
  const own: Consumption[] = []
  return {
    ensureTopics: (specs) => log.ensureTopics(specs),
    partitions: (topic) => log.partitions(topic),
    append: (topic, records) => log.append(topic, records),
    appendMany: (batches) => log.appendMany(batches),
    read: (tp, from, limit) => log.read(tp, from, limit),
    endOffsets: (topic) => log.endOffsets(topic),
    startOffsets: (topic) => log.startOffsets(topic),
    committed: (group, topic) => log.committed(group, topic),
    consume: async (options) => {
      const consumption = await log.consume(options)
      own.push(consumption)
      return consumption
    },
    close: async () => void (await Promise.all(own.map((consumption) => consumption.stop()))),
  }
}
