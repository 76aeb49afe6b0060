import type { KafkaConfig } from './config.ts'

/** For tests: plain connections, and topics of the test's own by their prefix. */
export function testKafka(brokers: readonly string[], topicPrefix: string): KafkaConfig {
  return {
    brokers,
    clientId: 'test',
    tls: false,
    sasl: undefined,
    topicPrefix,
    createTopics: true,
    startDeadlineMs: 30_000,
  }
}
