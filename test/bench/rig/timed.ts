import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const CLI = join(import.meta.dirname, '../../../services/cli/src/main.ts')
/** How often a process is looked at; a peak between two looks is still in its high-water mark. */
const LOOK_MS = 100

/** `cpuSeconds`: of the process, whatever else the machine is at. */
export type CommandFigures = Readonly<{ seconds: number; cpuSeconds: number; peakRssMb: number }>

/** The real command in a process of its own. Throws where it fails. */
export async function timed(args: readonly string[]): Promise<Readonly<{ out: string; figures: CommandFigures }>> {
  const startedAt = performance.now()
  const before = childCpuSeconds()
  const child = spawn(process.execPath, [CLI, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  let [out, peakRssMb] = ['', 0]
  child.stdout.on('data', (data: Buffer) => (out += data.toString()))
  const timer = setInterval(() => (peakRssMb = Math.max(peakRssMb, peakOf(child.pid))), LOOK_MS)
  const [code] = (await once(child, 'close')) as [number | null]
  clearInterval(timer)
  if (code !== 0) throw new Error(`perennial ${args.join(' ')} ended with ${code}.`)
  return {
    out,
    figures: { seconds: (performance.now() - startedAt) / 1000, cpuSeconds: childCpuSeconds() - before, peakRssMb },
  }
}

/** The most memory that a process ever held, as Linux keeps it; 0 where that cannot be told. */
function peakOf(pid: number | undefined): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) / 1024
  } catch {
    return 0
  }
}

/** Of the children that have ended; 0 where that cannot be told. */
function childCpuSeconds(): number {
  try {
    // After the name, which may hold anything: the 14th and 15th field count from the process's state on.
    const fields = readFileSync('/proc/self/stat', 'utf8').split(') ').at(-1)?.split(' ') ?? []
    return (Number(fields[13] ?? 0) + Number(fields[14] ?? 0)) / TICKS
  } catch {
    return 0
  }
}

/** Of a second, on Linux. */
const TICKS = 100
