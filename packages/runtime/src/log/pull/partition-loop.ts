import { Fault, messageOf } from '../../fault.ts'
import type { ConsumeOptions, LogRecord } from '../../ports.ts'
import type { Assignment, AssignmentDeps } from '../assignment.ts'
import { Bell } from '../bell.ts'
import { handOver } from '../hand-over.ts'
import type { OwnedPartition } from '../owned-partition.ts'
import type { Slots } from '../slots.ts'
import { backOffMs, pause } from '../wait.ts'
import type { PullSource } from './source.ts'

type Surroundings = Readonly<{
  deps: AssignmentDeps & Readonly<{ source: PullSource; now(): number }>
  options: ConsumeOptions
  assignment: Assignment
  /** How many partitions may be worked on at the same time. */
  slots: Slots
  over: AbortSignal
  /** The partition is about to go to another member. */
  leaving(): boolean
}>

/** News of growth come at once; this is only for those that were lost with a connection. */
const IDLE_MS = 5_000
const FETCH_BYTES = 2 * 1024 * 1024

/** Reads one owned partition and hands its records over, until the partition is lost or all is over. */
export class PartitionLoop {
  readonly done: Promise<void>
  readonly #owned: OwnedPartition
  readonly #around: Surroundings
  readonly #bell = new Bell()
  #resting: Promise<unknown> = Promise.resolve()
  #generation: string | undefined

  constructor(owned: OwnedPartition, around: Surroundings) {
    this.#owned = owned
    this.#around = around
    this.done = this.#run()
  }

  wake(): void {
    this.#bell.ring()
  }

  /** Resolves when the batch that is being worked on, if there is one, has been dealt with. */
  async rest(): Promise<void> {
    await this.#resting
  }

  async #run(): Promise<void> {
    const owned = this.#owned
    const { over, leaving, slots, assignment } = this.#around
    await this.#noteGeneration()
    while (!owned.revoked && !over.aborted) {
      this.#bell.hush()
      const from = owned.next
      const records = owned.idle || leaving() ? [] : await this.#fetch(from)
      if (records.length === 0) {
        if (owned.revoked) return
        await this.#bell.wait(IDLE_MS)
        continue
      }
      await slots.run(async () => {
        // Much may have happened while we waited for the records and for our place.
        if (owned.revoked || owned.idle || owned.next !== from || leaving() || over.aborted) return
        this.#resting = assignment.track(owned, this.#deliver(records))
        await this.#resting
      })
    }
  }

  async #noteGeneration(): Promise<void> {
    const { deps, over } = this.#around
    while (this.#generation === undefined && !over.aborted && !this.#owned.revoked) {
      try {
        this.#generation = await deps.source.generation()
      } catch {
        await pause(backOffMs(2), over)
      }
    }
  }

  async #fetch(from: number): Promise<readonly LogRecord[]> {
    const owned = this.#owned
    const { deps, over } = this.#around
    try {
      const { records, end, generation } = await deps.source.fetch(owned.tp, from, FETCH_BYTES)
      const restarted = generation !== this.#generation
      if (restarted || end < from) {
        const reason = restarted ? 'The log was restarted' : 'The log has lost records'
        this.#around.assignment.reacquire(owned, reason)
        return []
      }
      owned.end = end
      return records
    } catch (error) {
      if (over.aborted || owned.revoked) return []
      deps.logger.warn({ err: error, ...owned.tp }, `Could not read ${owned.key}, trying again: ${messageOf(error)}`)
      await pause(backOffMs(2), over)
      this.#bell.ring()
      return []
    }
  }

  async #deliver(records: readonly LogRecord[]): Promise<void> {
    const owned = this.#owned
    const { deps, options, over, leaving, assignment } = this.#around
    const delivery = {
      records,
      endOffset: owned.end ?? 0,
      nextOffset: (records.at(-1)?.offset ?? owned.next - 1) + 1,
      heartbeat: async () => {
        if (owned.revoked) throw new Fault('log/revoked', `${owned.key} is no longer ours.`, { retriable: true })
      },
      interrupted: () => over.aborted || leaving(),
    }
    await handOver(deps, assignment, owned, { delivery, options }).catch((error: unknown) => {
      deps.logger.error({ err: error, ...owned.tp }, `A batch could not be handed over: ${messageOf(error)}`)
      assignment.backOff(owned, 0)
    })
  }
}
