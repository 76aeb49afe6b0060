import type { EnvReader } from '../env.ts'

const MECHANISMS = ['plain', 'scram-sha-256', 'scram-sha-512'] as const

export type KafkaConfig = Readonly<{
  brokers: readonly string[]
  clientId: string
  /** True: TLS with the machine's authorities. A certificate: TLS with that one. */
  tls: boolean | Readonly<{ ca: string }>
  sasl: Readonly<{ mechanism: (typeof MECHANISMS)[number]; username: string; password: string }> | undefined
  /** Put before every topic name, so that several deployments can share a cluster. Empty by default. */
  topicPrefix: string
  /** Create missing topics at start (where the broker allows it), or only report them. */
  createTopics: boolean
  /** How long a start waits for the brokers, in ms. */
  startDeadlineMs: number
}>

/** Undefined when KAFKA_BROKERS is not set: the embedded mode. */
export function readKafkaConfig(from: EnvReader): KafkaConfig | undefined {
  const brokers = from.list('KAFKA_BROKERS')
  if (brokers.length === 0) return undefined
  for (const broker of brokers) {
    if (!/^[^\s:/]+:\d{1,5}$|^\[[0-9a-fA-F:]+\]:\d{1,5}$/.test(broker)) {
      from.problems.push(
        `KAFKA_BROKERS holds '${broker}': not host:port. Example: KAFKA_BROKERS=kafka-1:9092,kafka-2:9092`,
      )
    }
  }
  return {
    brokers,
    clientId: from.text('KAFKA_CLIENT_ID', 'perennial'),
    tls: tls(from),
    sasl: sasl(from),
    topicPrefix: from.text('KAFKA_TOPIC_PREFIX', ''),
    createTopics: from.flag('KAFKA_CREATE_TOPICS', true),
    startDeadlineMs: from.number('KAFKA_START_DEADLINE', 60, { min: 0, max: 86_400 }) * 1_000,
  }
}

function tls(from: EnvReader): KafkaConfig['tls'] {
  const ca = from.file('KAFKA_SSL_CA_FILE', '/etc/ssl/kafka-ca.pem')
  if (ca !== undefined) return { ca }
  return from.flag('KAFKA_SSL', false)
}

function sasl(from: EnvReader): KafkaConfig['sasl'] {
  const username = from.optional('KAFKA_SASL_USERNAME')
  const password = from.secret('KAFKA_SASL_PASSWORD')
  const mechanism = from.optional('KAFKA_SASL_MECHANISM')
  if (username === undefined && password === undefined && mechanism === undefined) return undefined
  if (username === undefined)
    from.problems.push('KAFKA_SASL_USERNAME is missing. Example: KAFKA_SASL_USERNAME=perennial')
  if (password === undefined) {
    from.problems.push('KAFKA_SASL_PASSWORD is missing. Example: KAFKA_SASL_PASSWORD_FILE=/run/secrets/kafka_password')
  }
  return {
    mechanism: from.oneOf('KAFKA_SASL_MECHANISM', MECHANISMS, 'plain'),
    username: username ?? '',
    password: password ?? '',
  }
}
