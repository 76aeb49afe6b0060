import { createRequire } from 'node:module'
import { Fault } from '../fault.ts'

/** What of kafkajs's request queue (2.2.4) decides when to look at the requests that wait. Every connection has one. */
export type RequestQueue = {
  pending: readonly unknown[]
  /** Nothing is sent before, by the broker's wish; ms since 1970. */
  throttledUntil: number
  throttleCheckTimeoutId: NodeJS.Timeout | null
  checkPendingRequests(): void
  scheduleCheckPendingRequests(): void
}

/** Held back by other requests under way, not by the broker: looked at again at the latest after this. As kafkajs does. */
const LOOK_AGAIN_MS = 10

const require = createRequire(import.meta.url)
let quiet = false

/**
 * Ends a loop in kafkajs: after its first answer every connection sets a timer to "now minus never", which fires after
 * a millisecond and sets itself anew, a thousand times a second for as long as the process lives. Idle, that is 3 % of
 * a core; Node 24 warns of it besides. Here a timer is set only when something waits.
 */
export function quietQueues(): void {
  if (quiet) return
  const { prototype } = require('kafkajs/src/network/requestQueue') as { prototype: Partial<RequestQueue> }
  if (prototype.scheduleCheckPendingRequests === undefined || prototype.checkPendingRequests === undefined)
    throw new Fault('log/client', 'This is not the kafkajs (2.2.4) we know.')
  prototype.scheduleCheckPendingRequests = scheduleCheck
  quiet = true
}

function scheduleCheck(this: RequestQueue): void {
  if (this.pending.length === 0 || this.throttleCheckTimeoutId !== null) return
  const throttledMs = this.throttledUntil - Date.now()
  this.throttleCheckTimeoutId = setTimeout(
    () => {
      this.throttleCheckTimeoutId = null
      this.checkPendingRequests()
    },
    throttledMs > 0 ? throttledMs : LOOK_AGAIN_MS,
  )
}
