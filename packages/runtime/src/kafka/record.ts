import type { KafkaMessage } from 'kafkajs'
import type { Headers, LogRecord } from '../ports.ts'
import type { BatchMessage } from './record-set.ts'
import { RecordWalker } from './record-walker.ts'

/** A record over kafkajs's own message: it reads formats older than Kafka 0.11, which we do not. */
class KafkaRecord implements LogRecord {
  readonly offset: number
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers: Headers | undefined
  readonly timestamp: number

  constructor({ offset, key, value, headers, timestamp }: KafkaMessage) {
    this.offset = Number(offset)
    this.key = key
    this.value = value
    this.headers = headers === undefined || Object.keys(headers).length === 0 ? undefined : headers
    this.timestamp = Number(timestamp)
  }
}

/** The records of a fetch, those from offset `from` on. */
export function recordsOf(messages: readonly (KafkaMessage | BatchMessage)[], from: number): LogRecord[] {
  const records: LogRecord[] = []
  for (const message of messages) {
    if (!('batch' in message)) {
      if (Number(message.offset) >= from) records.push(new KafkaRecord(message))
      continue
    }
    const walker = new RecordWalker(message.batch)
    while (!walker.done) {
      const record = walker.next()
      if (record.offset >= from) records.push(record)
    }
  }
  return records
}
