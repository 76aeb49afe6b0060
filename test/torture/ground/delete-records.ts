import { askKafka, int32, int64, text } from '../../servers/kafka-request.ts'

const DELETE_RECORDS = 21
const VERSION = 1
const TIMEOUT_MS = 10_000

/** Deletes what stands below these offsets, by partition, as retention would. Throws when the broker refuses. */
export async function deleteRecords(address: string, topic: string, below: ReadonlyMap<number, number>): Promise<void> {
  const [host = '', port] = address.split(':')
  const partitions = [...below].map(([partition, offset]) => Buffer.concat([int32(partition), int64(offset)]))
  const answer = await askKafka(host, Number(port), {
    api: DELETE_RECORDS,
    version: VERSION,
    body: Buffer.concat([int32(1), text(topic), int32(partitions.length), ...partitions, int32(TIMEOUT_MS)]),
    timeoutMs: TIMEOUT_MS,
  })
  // Throttle time, one topic with its name, then for each partition its number, where it begins now, and an error.
  let at = 4 + 4
  at += 2 + answer.readInt16BE(at)
  for (let left = answer.readInt32BE(at), n = 0; n < left; n++) {
    const code = answer.readInt16BE(at + 4 + n * 14 + 12)
    if (code !== 0) throw new Error(`Records of ${topic} could not be deleted: error ${code}.`)
  }
}
