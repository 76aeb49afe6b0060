import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'

/** A registry with the process's own metrics. One per process: the services of one process share it. */
export function createMetrics(): Registry {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  return registry
}

/**
 * Bucket edges by what is measured. prom-client's own (5 ms to 10 s) fit neither a chunk nor the age of a fact.
 * `work`: seconds one step takes. `age`: seconds between when a fact happened and now, up to a year. `count`: items.
 */
export const BUCKETS = {
  work: [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30],
  age: [0.01, 0.05, 0.1, 0.5, 1, 5, 30, 120, 600, 3_600, 21_600, 86_400, 604_800, 2_592_000, 31_536_000],
  count: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000],
} as const satisfies Record<string, readonly number[]>

type MetricOptions<L extends string> = Readonly<{ name: string; help: string; labels?: readonly L[] }>

/** The counter of this name, made on first use: several services of one process may ask for the same one. */
export function counter<L extends string = never>(registry: Registry, options: MetricOptions<L>): Counter<L> {
  const known = registry.getSingleMetric(options.name)
  if (known instanceof Counter) return known
  const { name, help, labels = [] } = options
  return new Counter<L>({ name, help, labelNames: [...labels], registers: [registry] })
}

/** The gauge of this name. `collect` is run when metrics are scraped. */
export function gauge<L extends string = never>(
  registry: Registry,
  options: MetricOptions<L> & Readonly<{ collect?: (gauge: Gauge<L>) => void | Promise<void> }>,
): Gauge<L> {
  const known = registry.getSingleMetric(options.name)
  if (known instanceof Gauge) return known
  const { name, help, labels = [], collect } = options
  return new Gauge<L>({
    name,
    help,
    labelNames: [...labels],
    registers: [registry],
    ...(collect === undefined
      ? {}
      : {
          collect: async function (this: Gauge<L>) {
            await collect(this)
          },
        }),
  })
}

/** The histogram of this name. */
export function histogram<L extends string = never>(
  registry: Registry,
  options: MetricOptions<L> & Readonly<{ buckets: readonly number[] }>,
): Histogram<L> {
  const known = registry.getSingleMetric(options.name)
  if (known instanceof Histogram) return known
  const { name, help, labels = [], buckets } = options
  return new Histogram<L>({ name, help, labelNames: [...labels], buckets: [...buckets], registers: [registry] })
}
