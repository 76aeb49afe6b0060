import type { Target } from './target.ts'

type Entry = Readonly<{
  /** Of all inputs, beside the shares of the others: smaller where an input takes longer. */
  share: number
  load(): Promise<Readonly<{ createTarget(): Target }>>
}>

/** Everything that is fuzzed, one line each. Loaded when it is its turn. */
const TARGETS: Readonly<Record<string, Entry>> = {
  decoder: { share: 6, load: () => import('./targets/decoder.ts') },
  schemas: { share: 2, load: () => import('./targets/schemas.ts') },
  blocks: { share: 6, load: () => import('./targets/blocks.ts') },
  rows: { share: 6, load: () => import('./targets/rows.ts') },
  batches: { share: 6, load: () => import('./targets/batches.ts') },
  csv: { share: 2, load: () => import('./targets/csv.ts') },
  yaml: { share: 1, load: () => import('./targets/yaml.ts') },
  signals: { share: 2, load: () => import('./targets/signals.ts') },
  replay: { share: 4, load: () => import('./targets/replay.ts') },
  http: { share: 3, load: () => import('./targets/http.ts') },
  collector: { share: 4, load: () => import('./targets/collector.ts') },
}

export const TARGET_NAMES: readonly string[] = Object.keys(TARGETS)

/** How many of `inputs` are for each of the targets. */
export function shared(inputs: number, names: readonly string[]): Readonly<Record<string, number>> {
  const all = names.reduce((sum, name) => sum + entry(name).share, 0)
  return Object.fromEntries(names.map((name) => [name, Math.ceil((inputs * entry(name).share) / all)]))
}

export async function loadTarget(name: string): Promise<Target> {
  return (await entry(name).load()).createTarget()
}

function entry(name: string): Entry {
  const found = TARGETS[name]
  if (found === undefined) throw new Error(`There is no target '${name}'.`)
  return found
}
