import type { Clock } from '@perennial/runtime'
import type { ServiceProcess } from '../e2e/harness/service-process.ts'

/** Time as the test wants it: it goes on at its usual pace, and jumps ahead when told to. */
export class VirtualClock implements Clock {
  #at: number
  #since = performance.now()

  constructor(start: number) {
    this.#at = start
  }

  now(): number {
    return this.#at + Math.floor(performance.now() - this.#since)
  }

  /** Resolves when all of these know. */
  async jump(to: number, services: readonly ServiceProcess[]): Promise<void> {
    this.#at = Math.max(to, this.now())
    this.#since = performance.now()
    await Promise.all(services.map((service) => service.tell({ at: this.now() })))
  }
}
