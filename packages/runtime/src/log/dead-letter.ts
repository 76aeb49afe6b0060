import type { Dead } from '@perennial/streams'
import type { LogRecord, Outgoing, TopicPartition } from '../ports.ts'

/**
 * The record as it was, key, value and headers, with headers that say why it could not be used and where it
 * stood: the names of Kafka Connect's dead letters under our own prefix. It keeps its partition. `version`: of the
 * program that could not use it.
 */
export function deadLetter(
  tp: TopicPartition,
  record: LogRecord,
  { stage, violation }: Dead,
  version: string,
): Outgoing {
  return {
    partition: tp.partition,
    key: record.key,
    value: record.value,
    headers: {
      ...record.headers,
      'perennial.errors.topic': tp.topic,
      'perennial.errors.partition': String(tp.partition),
      'perennial.errors.offset': String(record.offset),
      'perennial.errors.timestamp': String(record.timestamp),
      'perennial.errors.stage': stage,
      'perennial.errors.exception.class.name': 'Violation',
      'perennial.errors.exception.message': violation.description,
      'perennial.errors.violation.type': violation.type,
      'perennial.errors.violation.field': violation.field,
      'perennial.errors.app.version': version,
    },
  }
}
