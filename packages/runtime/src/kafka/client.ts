import {
  Kafka,
  type KafkaConfig as ClientOptions,
  type LogEntry,
  logLevel,
  type RetryOptions,
  type SASLOptions,
} from 'kafkajs'
import type { Logger } from 'pino'
import { registerCodecs } from './codecs/register.ts'
import type { KafkaConfig } from './config.ts'
import { quietQueues } from './quiet-queues.ts'
import { openSocket } from './socket.ts'

/**
 * Set in full, because kafkajs takes other defaults when NODE_ENV is `test`. About 25 s of trying in all: longer
 * than a leader election, shorter than anybody's patience.
 */
export const RETRY: Required<Omit<RetryOptions, 'restartOnFailure'>> = {
  initialRetryTime: 100,
  retries: 9,
  factor: 0.2,
  multiplier: 2,
  maxRetryTime: 5_000,
}

/** A kafkajs client. Consumers take one each: clients share a cache of committed positions between their consumers. */
export function createClient(config: KafkaConfig, logger: Logger, retry: RetryOptions = RETRY): Kafka {
  quietQueues()
  registerCodecs()
  const options: ClientOptions = {
    brokers: [...config.brokers],
    clientId: config.clientId,
    connectionTimeout: 3_000,
    requestTimeout: 30_000,
    socketFactory: openSocket,
    retry: { ...RETRY, ...retry },
    logLevel: logger.isLevelEnabled('debug') ? logLevel.DEBUG : logLevel.WARN,
    logCreator: () => (entry) => forwardLog(logger, entry),
  }
  if (config.tls !== false) options.ssl = config.tls === true ? true : { ca: [config.tls.ca] }
  if (config.sasl !== undefined) options.sasl = saslOptions(config.sasl)
  return new Kafka(options)
}

function saslOptions({ mechanism, username, password }: NonNullable<KafkaConfig['sasl']>): SASLOptions {
  switch (mechanism) {
    case 'plain':
      return { mechanism, username, password }
    case 'scram-sha-256':
      return { mechanism, username, password }
    case 'scram-sha-512':
      return { mechanism, username, password }
  }
}

/** How kafkajs words UNKNOWN_TOPIC_OR_PARTITION. */
const UNKNOWN_TOPIC = 'This server does not host this topic-partition'

/** The same line is not repeated for this long: out of reach, a broker is tried several times a second. */
const REPEAT_MS = 15_000
const latest = new Map<string, number>()

/**
 * kafkajs calls every hiccup it gets over by itself an error. Ours are errors only when a person must act, and then
 * we log them ourselves; so its errors are warnings here and the rest is for debugging.
 */
function forwardLog(logger: Logger, { level, namespace, log }: LogEntry): void {
  const { message, timestamp: _, logger: __, stack: ___, ...fields } = log
  const text = `kafkajs ${namespace}: ${message}`
  // Asked for in vain on purpose: a topic just made is looked for until the brokers know it. Where that lasts, it is thrown.
  const expected = message.startsWith('Response Metadata') && fields['error'] === UNKNOWN_TOPIC
  if (level === logLevel.ERROR && !expected && !isRepeated(text)) logger.warn(fields, text)
  else logger.debug(fields, text)
}

function isRepeated(text: string): boolean {
  const now = performance.now()
  if (now - (latest.get(text) ?? -Infinity) < REPEAT_MS) return true
  if (latest.size > 100) latest.clear()
  latest.set(text, now)
  return false
}
