import { readFileSync } from 'node:fs'

/** What one process held at one moment. */
export type Sample = Readonly<{ seconds: number; mb: number }>

export type MemoryTrend = Readonly<{
  lastMb: number
  mostMb: number
  /** By least squares over all samples. */
  mbPerHour: number
}>

/** Resident memory of a process in MB, now; undefined when it has gone. */
export function residentMb(pid: number): number | undefined {
  try {
    const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    return kilobytes === undefined ? undefined : Number(kilobytes) / 1_024
  } catch {
    return undefined
  }
}

/** NaN where there are no samples, and for the slope of fewer than two. */
export function trendOf(samples: readonly Sample[]): MemoryTrend {
  const mean = (of: (sample: Sample) => number) => samples.reduce((sum, one) => sum + of(one), 0) / samples.length
  const meanAt = mean(({ seconds }) => seconds)
  const meanMb = mean(({ mb }) => mb)
  const spread = mean(({ seconds }) => (seconds - meanAt) ** 2)
  const slope = mean(({ seconds, mb }) => (seconds - meanAt) * (mb - meanMb)) / spread
  return {
    lastMb: samples.at(-1)?.mb ?? Number.NaN,
    mostMb: Math.max(...samples.map(({ mb }) => mb)),
    mbPerHour: slope * 3_600,
  }
}
