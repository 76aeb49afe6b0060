import { readFileSync } from 'node:fs'
import { availableParallelism, release, totalmem } from 'node:os'
import { loadAverage } from './usage.ts'

/** Where and when it was measured, in one line: figures without it cannot be compared. */
export function describeMachine(): string {
  const cpu = /^model name\s*: (.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1] ?? 'unknown processor'
  const memory = `${Math.round(totalmem() / 2 ** 30)} GB`
  const date = new Date().toISOString().slice(0, 10)
  const parts = [date, cpu, `${availableParallelism()} cores`, memory, `Linux ${release()}`, `Node ${process.version}`]
  return `${parts.join(', ')}; load average before: ${loadAverage()}`
}
