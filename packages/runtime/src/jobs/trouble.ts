import { messageOf } from '../fault.ts'
import type { Clock, Logger } from '../ports.ts'

/** BullMQ tells of every failed attempt to connect, several a second while Redis is away: one line in this time says as much. */
const REPEAT_MS = 30_000

/** Logs what is wrong when it begins, and from time to time while it lasts. */
export function troubleLog(logger: Pick<Logger, 'warn'>, clock: Clock, what: string): (error: unknown) => void {
  let toldAt = -Infinity
  return (error) => {
    const now = clock.now()
    if (now - toldAt < REPEAT_MS) return
    toldAt = now
    logger.warn(`${what} has trouble with Redis: ${messageOf(error)}`)
  }
}
