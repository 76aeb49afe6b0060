/** A service's counters at one moment, as Prometheus reads them. */
export type Metrics = Readonly<{
  /** Sum of the metric over all its label sets that hold `label` (for example `cause="silence"`); 0 when there is none. */
  sum(name: string, label?: string): number
}>

/** Asks the service on this port. Undefined while it does not answer. */
export async function readMetrics(port: number): Promise<Metrics | undefined> {
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/metrics`, { signal: AbortSignal.timeout(5_000) })
    return parseMetrics(await answer.text())
  } catch {
    return undefined
  }
}

function parseMetrics(text: string): Metrics {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return {
    sum(name, label = '') {
      let sum = 0
      for (const line of lines) {
        const end = line.lastIndexOf(' ')
        const series = line.slice(0, end)
        if ((series === name || series.startsWith(`${name}{`)) && series.includes(label)) sum += Number(line.slice(end))
      }
      return sum
    },
  }
}
