import type { Clock } from './ports.ts'

/** The machine's clock. Tests use the settable one of @perennial/testkit. */
export const systemClock: Clock = { now: () => Date.now() }
