import { askKafka, int32, text } from '../../servers/kafka-request.ts'

const DELETE_TOPICS = 20
/** The last version without tagged fields. */
const VERSION = 3
const TIMEOUT_MS = 30_000

/**
 * Deletes topics; ones that do not exist count as deleted. Speaks the one request itself, because nothing but a
 * benchmark ever deletes a topic here, and no port of ours offers it. Throws when the broker refuses.
 */
export async function deleteTopics(address: string, topics: readonly string[]): Promise<void> {
  const names = topics.map(text)
  const [host = '', port] = address.split(':')
  const answer = await askKafka(host, Number(port), {
    api: DELETE_TOPICS,
    version: VERSION,
    body: Buffer.concat([int32(names.length), ...names, int32(TIMEOUT_MS)]),
    timeoutMs: TIMEOUT_MS,
  })
  // Throttle time, then for each topic its name and what became of it.
  let at = 8
  for (let left = answer.readInt32BE(4); left > 0; left--) {
    const length = answer.readInt16BE(at)
    const code = answer.readInt16BE(at + 2 + length)
    const name = answer.toString('utf8', at + 2, at + 2 + length)
    if (code !== 0 && code !== UNKNOWN_TOPIC) throw new Error(`${name} could not be deleted: error ${code}.`)
    at += 4 + length
  }
}

const UNKNOWN_TOPIC = 3
