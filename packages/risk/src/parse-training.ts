import type { JsonReader } from './json-reader.ts'
import type { Distribution, Training } from './model.ts'

/** What a trained model tells of its training. */
export function readTraining(at: JsonReader): Training {
  const training = {
    createdAt: time(at, 'createdAt'),
    from: time(at, 'from'),
    to: time(at, 'to'),
    cutoffs: readCutoffs(at),
    rows: at.positive('rows'),
    lapses: at.number('lapses', 'a number from 0', (x) => x >= 0),
    fingerprint: at.text('fingerprint'),
    chosen: at.text('chosen'),
    metrics: readMetrics(at.object('metrics')),
    distributions: at.objects('distributions').map(readDistribution),
    card: at.text('card'),
  }
  if (training.chosen !== '' && training.metrics[training.chosen] === undefined)
    at.problem('chosen', `is none of the candidates in metrics: ${training.chosen}`)
  at.done()
  return training
}

function time(at: JsonReader, key: string): string {
  const text = at.text(key)
  if (text !== '' && Number.isNaN(Date.parse(text))) at.problem(key, `must be a time as in ISO 8601, not ${text}`)
  return text
}

function readCutoffs(at: JsonReader): readonly string[] {
  const cutoffs = at.texts('cutoffs')
  const times = cutoffs.map((text) => Date.parse(text))
  if (times.some((ms) => Number.isNaN(ms))) at.problem('cutoffs', 'must be times as in ISO 8601')
  if (times.some((ms, k) => ms <= (times[k - 1] ?? -Infinity))) at.problem('cutoffs', 'must stand in order of time')
  return cutoffs
}

function readMetrics(at: JsonReader): Training['metrics'] {
  return Object.fromEntries(at.keys().map((name) => [name, at.object(name).numberByName()]))
}

function readDistribution(at: JsonReader): Distribution {
  const edges = at.objects('edges').map((edge) => {
    const { at: value, before } = { at: edge.number('at'), before: edge.flag('before') }
    edge.done()
    return { at: value, before }
  })
  const distribution = { feature: at.text('feature'), edges, shares: at.numbers('shares') }
  at.done()
  if (edges.some(({ at: value }, k) => value < (edges[k - 1]?.at ?? value))) at.problem('edges', 'must never fall')
  if (distribution.shares.length !== edges.length + 2)
    at.problem('shares', `must be ${edges.length + 2} in number: a bin more than edges, and the unknown`)
  return distribution
}
