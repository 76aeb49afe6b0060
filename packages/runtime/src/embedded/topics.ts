import type { Redis } from 'ioredis'
import { Fault } from '../fault.ts'
import type { TopicReport, TopicSpec } from '../ports.ts'
import { logIndexKeys } from '../redis/keys.ts'

/** The topics of the embedded log: their settings, kept in Redis. */
export class EmbeddedTopics {
  readonly #redis: Redis
  readonly #key: string
  /** Partition counts never change, so they are asked for once. */
  readonly #partitions = new Map<string, number>()

  constructor(redis: Redis, namespace: string) {
    this.#redis = redis
    this.#key = logIndexKeys(namespace).topics
  }

  async ensure(specs: readonly TopicSpec[]): Promise<readonly TopicReport[]> {
    return Promise.all(specs.map((spec) => this.#ensure(spec)))
  }

  async partitions(topic: string): Promise<number> {
    const known = this.#partitions.get(topic)
    if (known !== undefined) return known
    const stored = await this.#redis.hget(this.#key, topic)
    if (stored === null) throw new Fault('log/no-topic', `There is no topic ${topic}. Run \`perennial doctor\`.`)
    const { partitions } = parse(stored)
    this.#partitions.set(topic, partitions)
    return partitions
  }

  async all(): Promise<readonly TopicSpec[]> {
    return Object.values(await this.#redis.hgetall(this.#key)).map(parse)
  }

  async #ensure(spec: TopicSpec): Promise<TopicReport> {
    const created = (await this.#redis.hsetnx(this.#key, spec.name, JSON.stringify(spec))) === 1
    const stored = parse((await this.#redis.hget(this.#key, spec.name)) ?? JSON.stringify(spec))
    this.#partitions.set(spec.name, stored.partitions)
    if (stored.partitions !== spec.partitions)
      return { topic: spec.name, created, problems: [wrongCount(spec, stored)] }
    // How long records are kept is only a bound here, so the latest word counts.
    if (!created) await this.#redis.hset(this.#key, spec.name, JSON.stringify(spec))
    return { topic: spec.name, created, problems: [] }
  }
}

function parse(stored: string): TopicSpec {
  return JSON.parse(stored) as TopicSpec
}

function wrongCount(spec: TopicSpec, stored: TopicSpec): string {
  return (
    `${spec.name} has ${stored.partitions} partitions, ${spec.partitions} are configured. Keys would move between ` +
    'partitions, so set SOURCE_PARTITIONS or ACTIVITY_PARTITIONS to what is there, or use another PERENNIAL_NAMESPACE.'
  )
}
