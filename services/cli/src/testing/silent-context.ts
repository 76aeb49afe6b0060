import { styleFor } from '../terminal/style.ts'
import type { Context } from '../context.ts'

/** A context for commands that run in the test itself. `said` collects what they answer. */
export function silentContext({ json = true, now = Date.UTC(2026, 0, 1) } = {}): Context & { said: string[] } {
  const said: string[] = []
  return {
    said,
    env: {},
    cwd: process.cwd(),
    now: () => now,
    out: (text) => void said.push(text),
    note: () => undefined,
    progress: () => ({ update: () => undefined, finish: () => undefined }),
    ticker: () => ({ show: () => undefined, finish: () => undefined }),
    style: styleFor({ terminal: false, env: {} }),
    width: 100,
    json,
  }
}
