import { readFileSync } from 'node:fs'
import { spawnSync } from 'node:child_process'

/** What a process has used up: CPU seconds since its start, and the most memory it held at a time. */
export type Usage = Readonly<{ cpuSeconds: number; peakRssMb: number }>

let ticks: number | undefined

/** The kernel counts CPU time in these, so many a second. */
function ticksPerSecond(): number {
  ticks ??= Number(spawnSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }).stdout) || 100
  return ticks
}

/** Of all threads of the process. Throws when there is no such process (any more), or no /proc. */
export function usageOf(pid: number): Usage {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  // The name, in parentheses, may hold spaces; user and system time are the 12th and 13th field behind it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const peak = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return {
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / ticksPerSecond(),
    peakRssMb: Number(peak ?? Number.NaN) / 1024,
  }
}

/** CPU seconds that all processors together have worked since the machine started. */
export function machineCpuSeconds(): number {
  const [line = ''] = readFileSync('/proc/stat', 'utf8').split('\n')
  const [user = 0, nice = 0, system = 0, , , irq = 0, softIrq = 0] = line.split(/\s+/).slice(1).map(Number)
  return (user + nice + system + irq + softIrq) / ticksPerSecond()
}

/** The machine's load (1, 5 and 15 minutes). */
export function loadAverage(): string {
  return readFileSync('/proc/loadavg', 'utf8').split(' ').slice(0, 3).join(' ')
}
