import { Fault } from '../fault.ts'
import { pause } from '../log/wait.ts'
import type { Session } from './session.ts'
import type { SessionDeps } from './session-deps.ts'

const CHECK_EVERY_MS = 15_000
/** The fetch loop turns several times a second; a minute without a turn, and without work to excuse it, is its end. */
const SILENT_LOOP_MS = 60_000
/** Joining may take as long as the slowest member needs for its batch. */
const SILENT_JOIN_MS = 180_000
/** Records are waiting, nothing keeps us from them, and still none comes. */
const STANDSTILL_MS = 120_000

type Standstill = Readonly<{ next: number; since: number }>

/**
 * Looks whether a session makes progress, because kafkajs can cease to consume without a word. It also keeps the
 * ends of the partitions fresh, for the lag of those that deliver nothing.
 */
export class Watchdog {
  readonly #deps: SessionDeps
  readonly #group: string

  constructor(deps: SessionDeps, group: string) {
    this.#deps = deps
    this.#group = group
  }

  /** Resolves, with a passing Fault, when the session is found dead; never when it ends by itself. */
  async watch(session: Session): Promise<Fault> {
    const standing = new Map<string, Standstill>()
    while (await pause(CHECK_EVERY_MS, session.over)) {
      const problem = this.#silence(session) ?? (await this.#standstill(session, standing))
      if (problem !== undefined) return new Fault('log/standstill', problem, { retriable: true })
    }
    return new Promise(() => undefined)
  }

  #silence(session: Session): string | undefined {
    const busy = [...session.assignment.owned.values()].some(({ running }) => running)
    if (busy) return undefined
    const silent = this.#deps.now() - session.pulseAt
    if (silent < (session.rejoining ? SILENT_JOIN_MS : SILENT_LOOP_MS)) return undefined
    return `${this.#group} has not fetched for ${Math.round(silent / 1_000)} s`
  }

  async #standstill(session: Session, standing: Map<string, Standstill>): Promise<string | undefined> {
    await this.#refreshEnds(session)
    const now = this.#deps.now()
    for (const [key, owned] of session.assignment.owned) {
      const seen = standing.get(key)
      const waiting = !owned.idle && !owned.running && (owned.lag ?? 0) > 0 && !session.rejoining
      if (!waiting || seen?.next !== owned.next) {
        standing.set(key, { next: owned.next, since: now })
      } else if (now - seen.since > STANDSTILL_MS) {
        return `${key} stands at ${owned.next} though it ends at ${owned.end}`
      }
    }
    return undefined
  }

  async #refreshEnds(session: Session): Promise<void> {
    const owned = [...session.assignment.owned.values()]
    for (const topic of new Set(owned.map(({ tp }) => tp.topic))) {
      const ends = await this.#deps.endOffsets(topic).catch((error: unknown) => {
        this.#deps.logger.debug({ err: error, topic }, 'The ends of the partitions could not be read')
        return []
      })
      for (const one of owned.filter(({ tp }) => tp.topic === topic)) {
        one.end = Math.max(one.end ?? 0, ends[one.tp.partition] ?? 0)
      }
    }
  }
}
