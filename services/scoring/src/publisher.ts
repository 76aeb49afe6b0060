import { topicOf } from '@perennial/streams'
import type { Log, OutboxEntry, OutcomeStore } from '@perennial/runtime'
import { unpackOutbox } from './outbox.ts'

/**
 * Publishes what a partition committed, after the commit and in its order.
 * A crash in between leaves the entry in the outbox; the next owner publishes
 * it again, and who reads it drops what he has seen.
 */
export type Publisher = Readonly<{
  publish(entry: OutboxEntry, nextOffset: number): Promise<void>
  /** Publishes in the background what was just committed; one entry at a time. */
  begin(entry: OutboxEntry, nextOffset: number): void
  /** Nothing to publish up to here. */
  reached(nextOffset: number): void
  /** Waits for what was begun. Throws when publishing failed. */
  settled(): Promise<void>
  /** What has been published and may leave the outbox, each sequence once. */
  takePublished(): number[]
  nextSequence(): number
}>

export type PublisherDeps = Readonly<{ log: Pick<Log, 'append'>; outcomes: Pick<OutcomeStore, 'record'> }>

export function createPublisher(
  { log, outcomes: store }: PublisherDeps,
  partition: number,
  firstSequence: number,
  /** Everything below has been committed and published: how far outreach has gone. */
  onReached: (nextOffset: number) => void,
): Publisher {
  let sequence = firstSequence
  let running: Promise<void> = Promise.resolve()
  let done: number[] = []

  async function send({ sequence: entry, value }: OutboxEntry, nextOffset: number): Promise<void> {
    const { risks, activity, outcomes } = unpackOutbox(value, partition)
    if (activity.length > 0) await log.append(topicOf('member-activity'), activity)
    if (risks.length > 0) await log.append(topicOf('member-risk'), risks)
    if (outcomes.length > 0) await store.record(partition, outcomes)
    done.push(entry)
    sequence = Math.max(sequence, entry + 1)
    onReached(nextOffset)
  }

  return {
    publish: send,
    begin(entry, nextOffset) {
      running = send(entry, nextOffset)
      // Looked at by `settled`, at the latest before the next commit.
      running.catch(() => undefined)
    },
    reached: onReached,
    settled: () => running,
    takePublished() {
      const finished = done
      done = []
      return finished
    },
    nextSequence: () => sequence++,
  }
}
