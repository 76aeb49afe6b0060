import { Fault, messageOf } from '../fault.ts'
import { CommitQueue, type CommitResult, type Position } from '../log/commit-queue.ts'
import { deferred } from '../log/deferred.ts'
import type { OwnedPartition } from '../log/owned-partition.ts'
import { byTopicAndPartition, tpKey } from '../log/topic-partition.ts'
import { backOffMs, pause } from '../log/wait.ts'
import type { ConsumeOptions, Consumption, TopicPartition } from '../ports.ts'
import { isPassing } from './errors.ts'
import { Session } from './session.ts'
import type { SessionDeps } from './session-deps.ts'
import { Watchdog } from './watchdog.ts'

/**
 * A group membership for as long as its owner wants it. kafkajs's consumer is one session of it: when that breaks,
 * another is set up, for ever if the reason may pass. Its own restart is switched off, because a stop that meets
 * one leaves a consumer behind that nobody holds.
 */
export class KafkaConsumption implements Consumption {
  readonly failed: Promise<never>
  readonly #deps: SessionDeps
  readonly #options: ConsumeOptions
  readonly #commits: CommitQueue
  readonly #stopping = new AbortController()
  readonly #watchdog: Watchdog
  readonly #fail: (error: unknown) => void
  #session: Session | undefined
  #life: Promise<void> = Promise.resolve()
  #stopped: Promise<void> | undefined

  constructor(deps: SessionDeps, options: ConsumeOptions) {
    this.#deps = deps
    this.#options = options
    this.#commits = new CommitQueue((positions) => this.#store(positions), options.commitEveryMs)
    const failure = deferred<never>()
    this.failed = failure.promise
    // Whoever looks at it later must find it, and nobody looking must not end the process by itself.
    this.failed.catch(() => undefined)
    this.#fail = failure.reject
    this.#watchdog = new Watchdog(deps, options.group)
  }

  /** Resolves once the group is joined for the first time. Rejects when that cannot be. */
  async start(): Promise<void> {
    const first = deferred<void>()
    this.#life = this.#live(first.resolve).then(first.resolve, (error: unknown) => {
      if (this.#stopping.signal.aborted) return first.resolve()
      this.#deps.logger.error(
        { err: error, group: this.#options.group },
        `Consumer ended for good: ${messageOf(error)}`,
      )
      this.#fail(error)
      first.reject(error)
    })
    await first.promise
  }

  commit(tp: TopicPartition, nextOffset: number): Promise<void> {
    const owned = this.#owned(tp)
    return owned === undefined ? Promise.resolve() : this.#commits.add(owned, nextOffset)
  }

  seek(tp: TopicPartition, offset: number): void {
    const owned = this.#owned(tp)
    if (owned === undefined) return
    owned.seek(offset)
    this.#session?.apply(owned)
  }

  pause(tp: TopicPartition): void {
    this.#setPaused(tp, true)
  }

  resume(tp: TopicPartition): void {
    this.#setPaused(tp, false)
  }

  assigned(): readonly TopicPartition[] {
    return [...(this.#session?.assignment.owned.values() ?? [])].map(({ tp }) => tp).sort(byTopicAndPartition)
  }

  lag(tp: TopicPartition): number | undefined {
    return this.#owned(tp)?.lag
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stop()
    return this.#stopped
  }

  async #stop(): Promise<void> {
    this.#stopping.abort()
    const session = this.#session
    if (session !== undefined) {
      await session.quiesce()
      await this.#commits.flush().catch((error: unknown) => {
        this.#deps.logger.warn({ err: error }, 'The last positions were not committed; their records will come again')
      })
      await session.close()
    }
    await this.#life
  }

  async #live(joined: () => void): Promise<void> {
    for (let attempt = 0; !this.#stopping.signal.aborted; attempt++) {
      const session = new Session(this.#deps, this.#options, this.#stopping.signal)
      this.#session = session
      const ended = session.run(() => {
        attempt = 0
        joined()
        // What a rebalance overtook is stored now, if its partition stayed.
        this.#commits
          .flush()
          .catch((error: unknown) => this.#deps.logger.debug({ err: error }, 'Commit after a rebalance'))
      })
      const cause = await Promise.race([ended, this.#watchdog.watch(session)])
      if (this.#stopping.signal.aborted) return
      await session.close()
      if (!isPassing(cause)) throw asFault(this.#options.group, cause)
      this.#deps.metrics.restarts.inc({ group: this.#options.group, cause: causeOf(cause) })
      this.#deps.logger.warn(
        { err: cause, group: this.#options.group },
        `Consumer broke, setting up another: ${messageOf(cause)}`,
      )
      await pause(backOffMs(attempt, 500, 15_000), this.#stopping.signal)
    }
  }

  #owned(tp: TopicPartition): OwnedPartition | undefined {
    return this.#session?.assignment.owned.get(tpKey(tp))
  }

  #setPaused(tp: TopicPartition, paused: boolean): void {
    const owned = this.#owned(tp)
    if (owned === undefined) return
    owned.paused = paused
    this.#session?.apply(owned, false)
  }

  async #store(positions: readonly Position[]): Promise<CommitResult> {
    const session = this.#session
    return session === undefined ? 'overtaken' : session.store(positions)
  }
}

function causeOf(error: unknown): string {
  return error instanceof Fault ? error.code : 'crash'
}

function asFault(group: string, error: unknown): Fault {
  if (error instanceof Fault) return error
  const message = messageOf(error)
  const hint = /stack size|not implemented/i.test(message)
    ? ' A record batch cannot be decoded: see "A batch that cannot be read" in the README of packages/runtime.'
    : ''
  return new Fault('log/consumer', `The consumer ${group} cannot go on: ${message}.${hint}`, { cause: error })
}
