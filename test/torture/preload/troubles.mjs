// Loaded into a service before its first line, by tests alone (NODE_OPTIONS): on SIGUSR2 it does what the file that
// TROUBLES_FILE names says: `{"clockMs": 3600000}` sets the process's clock, `{"blockMs": 40000}` blocks its event loop.
import { readFileSync } from 'node:fs'
import { env } from 'node:process'

let aheadMs = 0

const RealDate = Date
globalThis.Date = class extends RealDate {
  constructor(...args) {
    if (args.length === 0) super(RealDate.now() + aheadMs)
    else super(...args)
  }

  static now() {
    return RealDate.now() + aheadMs
  }
}

process.on('SIGUSR2', () => {
  const { clockMs, blockMs = 0 } = JSON.parse(readFileSync(env.TROUBLES_FILE, 'utf8'))
  if (clockMs !== undefined) aheadMs = clockMs
  const until = performance.now() + blockMs
  while (performance.now() < until) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50)
})
