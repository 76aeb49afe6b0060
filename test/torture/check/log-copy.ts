import type { Platform } from '@perennial/runtime'
import type { Found } from '../../e2e/harness/topic-records.ts'

const PAGE = 1_000

/** What a topic has ever held: read before somebody deletes it. */
export type LogCopy = Readonly<{
  /** Reads on to where the topic ends now. */
  catchUp(topic: string): Promise<readonly Found[]>
}>

/** Throws when records were deleted that have not been read. */
export function createLogCopy({ log }: Pick<Platform, 'log'>): LogCopy {
  const copies = new Map<string, { found: Found[]; next: number[] }>()
  return {
    async catchUp(topic) {
      const ends = await log.endOffsets(topic)
      const copy = copies.get(topic) ?? { found: [], next: ends.map(() => 0) }
      copies.set(topic, copy)
      for (const [partition, end] of ends.entries()) {
        for (let from = copy.next[partition] ?? 0; from < end; copy.next[partition] = from) {
          const page = await log.read({ topic, partition }, from, PAGE)
          if (page[0] !== undefined && page[0].offset > from)
            throw new Error(`${topic} ${partition}: ${from} was deleted before it was read.`)
          // One by one: headers and time are getters, which a spread leaves behind.
          for (const { offset, key, value, headers, timestamp } of page)
            copy.found.push({ partition, offset, key, value, headers, timestamp })
          const last = page.at(-1)
          if (last === undefined) break
          from = last.offset + 1
        }
      }
      return copy.found
    },
  }
}
