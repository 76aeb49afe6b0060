export type Labels = Readonly<Record<string, string>>

export type Sample = Readonly<{ name: string; labels: Labels; value: number }>

export type Metrics = Readonly<{
  samples: readonly Sample[]
  /** The sum over all series of that name which carry these labels. */
  sum(name: string, labels?: Labels): number
  /** The values of one label with the sums over all others. */
  by(name: string, label: string): Record<string, number>
}>

/** The text format of Prometheus, as far as prom-client writes it. */
export function parseMetrics(text: string): Metrics {
  const samples = text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map(parseLine)

  const sum = (name: string, labels: Labels = {}): number =>
    samples
      .filter((sample) => sample.name === name && carries(sample, labels))
      .reduce((all, { value }) => all + value, 0)

  return {
    samples,
    sum,
    by(name, label) {
      const values = new Set(samples.filter((sample) => sample.name === name).map(({ labels }) => labels[label] ?? ''))
      return Object.fromEntries([...values].map((value) => [value, sum(name, { [label]: value })]))
    },
  }
}

function parseLine(line: string): Sample {
  const [, name = '', labels = '', value = 'NaN'] = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/.exec(line) ?? []
  const pairs = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, key = '', text = '']) => [key, text])
  return { name, labels: Object.fromEntries(pairs), value: Number(value) }
}

function carries({ labels }: Sample, wanted: Labels): boolean {
  return Object.entries(wanted).every(([key, value]) => labels[key] === value)
}
