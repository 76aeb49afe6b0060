import { askKafka, int32, int8, text } from '../../servers/kafka-request.ts'

const INCREMENTAL_ALTER_CONFIGS = 44
const TOPIC = 2
const SET = 0
const TIMEOUT_MS = 10_000

/** Sets settings of a topic, as an operator would with kafka-configs. Throws when the broker refuses. */
export async function alterTopic(
  address: string,
  topic: string,
  settings: Readonly<Record<string, string>>,
): Promise<void> {
  const [host = '', port] = address.split(':')
  const entries = Object.entries(settings).map(([name, value]) => Buffer.concat([text(name), int8(SET), text(value)]))
  const resource = Buffer.concat([int8(TOPIC), text(topic), int32(entries.length), ...entries])
  const answer = await askKafka(host, Number(port), {
    api: INCREMENTAL_ALTER_CONFIGS,
    version: 0,
    body: Buffer.concat([int32(1), resource, int8(0)]),
    timeoutMs: TIMEOUT_MS,
  })
  // Throttle time, how many resources, the error of the first.
  const code = answer.readInt16BE(8)
  if (code !== 0) throw new Error(`Settings of ${topic} could not be changed: error ${code}.`)
}
