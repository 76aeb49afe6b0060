import { askKafka, int32, text } from './kafka-request.ts'

const FIND_COORDINATOR = 10
const OFFSET_FETCH = 9
const GROUP = 'is-the-coordinator-ready'

/**
 * Whether the broker can serve consumer groups. A port that accepts connections is not enough: for a second or so after a
 * start, group requests fail with "coordinator not available" (the offsets topic is being made) or "loading".
 * Speaks the two requests itself, so that waiting needs no client.
 */
export async function groupsReady(host: string, port: number): Promise<boolean> {
  try {
    // Asking for the coordinator is also what makes the broker create the offsets topic.
    const found = await askKafka(host, port, { api: FIND_COORDINATOR, version: 0, body: text(GROUP) })
    if (found.readInt16BE(0) !== 0) return false
    const offsets = await askKafka(host, port, {
      api: OFFSET_FETCH,
      version: 2,
      body: Buffer.concat([text(GROUP), int32(-1)]),
    })
    return offsets.readInt16BE(offsets.length - 2) === 0
  } catch {
    return false
  }
}
