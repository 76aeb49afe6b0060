/** A real broker and registry for tests. */
export type KafkaServer = Readonly<{ brokers: readonly string[]; registryUrl: string }>

/**
 * The broker and registry that `npm test` started or was given. `undefined` on a machine that has none (the run says so
 * once; where CI is set the run has failed before): guard the suite with `describe.runIf(kafkaServer() !== undefined)`.
 */
export function kafkaServer(): KafkaServer | undefined {
  const { KAFKA_BROKERS, SCHEMA_REGISTRY_URL } = process.env
  if (KAFKA_BROKERS === undefined || SCHEMA_REGISTRY_URL === undefined) return undefined
  return { brokers: KAFKA_BROKERS.split(','), registryUrl: SCHEMA_REGISTRY_URL }
}

/** The address of the Redis for tests, likewise. Keep to a random namespace of your own: files share the server. */
export function redisServer(): string | undefined {
  return process.env['REDIS_URL']
}
