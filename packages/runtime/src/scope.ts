import type { Scope } from './ports.ts'

/** A scope and the two ends of its life. */
export type OwnedScope = Readonly<{
  scope: Scope
  /** Tells everyone to come to an end (`signal`); releases nothing yet. */
  stop(): void
  /** Releases everything in reverse order. Every release is tried, whatever the others throw. */
  release(): Promise<void>
}>

/** Everything a service acquires is adopted by its scope, so a start that fails half-way leaves nothing behind. */
export function createScope(): OwnedScope {
  const stack = new AsyncDisposableStack()
  const controller = new AbortController()

  function adopt<T>(thing: T, release: (thing: T) => Promise<void> | void): T {
    if (stack.disposed) {
      // Too late: the owner has already let go. Whoever acquires now must not keep it.
      void Promise.resolve(release(thing)).catch(() => undefined)
      throw new DOMException('The scope has ended', 'AbortError')
    }
    return stack.adopt(thing, async (held) => release(held))
  }

  return {
    scope: { adopt, signal: controller.signal },
    stop: () => controller.abort(),
    async release() {
      controller.abort()
      await stack.disposeAsync()
    },
  }
}
