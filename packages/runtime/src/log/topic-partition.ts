import type { TopicPartition } from '../ports.ts'

/** One string for a partition, to index by. Topic names hold no colon. */
export function tpKey(tp: TopicPartition): string {
  return `${tp.topic}:${tp.partition}`
}

export function byTopicAndPartition(a: TopicPartition, b: TopicPartition): number {
  return a.topic === b.topic ? a.partition - b.partition : a.topic < b.topic ? -1 : 1
}
