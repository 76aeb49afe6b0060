import kafkajs, { type Broker, type Cluster, type Consumer, type Kafka } from 'kafkajs'
import { Fault } from '../fault.ts'
import { backOffMs, pause } from '../log/wait.ts'
import type { TopicPartition } from '../ports.ts'
import { hasErrorType, isPassing } from './errors.ts'

export type Tries = Readonly<{ tries: number; firstMs: number; longestMs: number }>

/**
 * kafkajs hands its cluster object, with the brokers' plain requests, to whoever assigns partitions; so a consumer
 * that never joins anything lends it to us. It knows who leads what, and connects again by itself.
 */
export class BorrowedCluster {
  readonly #consumer: Consumer
  #cluster: Cluster | undefined

  constructor(kafka: Kafka) {
    this.#consumer = kafka.consumer({
      groupId: 'never-joined',
      allowAutoTopicCreation: false,
      partitionAssigners: [
        (context) => {
          this.#cluster = context.cluster
          return kafkajs.PartitionAssigners.roundRobin(context)
        },
      ],
    })
  }

  async connect(): Promise<void> {
    await this.#consumer.connect()
  }

  async close(): Promise<void> {
    await this.#consumer.disconnect()
  }

  /** The broker that leads a partition, as far as is known without asking. */
  leader({ topic, partition }: TopicPartition): string | undefined {
    try {
      return Object.keys(this.#cluster?.findLeaderForPartitions(topic, [partition]) ?? {})[0]
    } catch {
      return undefined
    }
  }

  /**
   * Does `work`, again where the reason of a failure may pass, with fresh metadata. Throws what kafkajs threw, and a
   * Fault where there is no such topic.
   */
  async trying<T>(topic: string, work: (cluster: Cluster) => Promise<T>, limits: Tries): Promise<T> {
    const cluster = this.#cluster
    if (cluster === undefined) throw new Fault('log/closed', 'The log is not connected.')
    for (let attempt = 0; ; attempt++) {
      try {
        return await work(cluster)
      } catch (error) {
        if (hasErrorType(error, 'UNKNOWN_TOPIC_OR_PARTITION') && attempt > 1) throw noTopic(topic, error)
        if (attempt + 1 >= limits.tries || !isPassing(error)) throw error
        await pause(backOffMs(attempt, limits.firstMs, limits.longestMs))
        await cluster.refreshMetadata().catch(() => undefined)
      }
    }
  }
}

/** The brokers that lead these partitions, in their order, connected. Throws a Fault where there is no such partition. */
export async function leadersOf(cluster: Cluster, topic: string, partitions: readonly number[]): Promise<Broker[]> {
  // Asking for a topic anew takes a lock, and a copy of all that are known.
  if (!isKnown(cluster, topic)) await cluster.addTargetTopic(topic)
  await cluster.refreshMetadataIfNecessary()
  const nodeIds = new Map<number, string>()
  const leaders = Object.entries(cluster.findLeaderForPartitions(topic, [...partitions]))
  for (const [nodeId, led] of leaders) for (const partition of led) nodeIds.set(partition, nodeId)
  const brokers = new Map<string, Broker>()
  for (const [nodeId] of leaders) brokers.set(nodeId, await cluster.findBroker({ nodeId }))
  return partitions.map((partition) => {
    const broker = brokers.get(nodeIds.get(partition) ?? '')
    if (broker === undefined) throw new Fault('log/no-partition', `${topic} has no partition ${partition}.`)
    return broker
  })
}

function isKnown(cluster: Cluster, topic: string): boolean {
  try {
    return cluster.findTopicPartitionMetadata(topic).length > 0
  } catch {
    // Nothing is known of any topic yet.
    return false
  }
}

export function noTopic(topic: string, cause?: unknown): Fault {
  return new Fault('log/no-topic', `There is no topic ${topic}. Run \`perennial doctor\`.`, { cause })
}
