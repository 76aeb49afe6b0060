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

/** The broker that leads a partition, connected. Throws a Fault where there is no such partition. */
export async function leaderOf(cluster: Cluster, { topic, partition }: TopicPartition): Promise<Broker> {
  await cluster.addTargetTopic(topic)
  await cluster.refreshMetadataIfNecessary()
  const leaders = cluster.findLeaderForPartitions(topic, [partition])
  const nodeId = Object.keys(leaders)[0]
  if (nodeId === undefined) throw new Fault('log/no-partition', `${topic} has no partition ${partition}.`)
  return cluster.findBroker({ nodeId })
}

export function noTopic(topic: string, cause?: unknown): Fault {
  return new Fault('log/no-topic', `There is no topic ${topic}. Run \`perennial doctor\`.`, { cause })
}
