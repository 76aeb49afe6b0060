import { columnsOf, predictorOf } from '@perennial/learning'
import type { Backtest } from '../backtest.ts'

/** What a column of the chosen model did to the risks of the members it was judged on. */
export type Driver = Readonly<{
  name: string
  label: string
  /** Mean size of its part of the log-odds, against the mean member's. */
  size: number
  /** 1: the more, the likelier to lapse; −1: the less likely; 0: now one, now the other. */
  direction: -1 | 0 | 1
  values: Float64Array
  /** By member, its part of the log-odds, less the mean of all. */
  parts: Float64Array
  explain(value: number): string
}>

/** Below this correlation of value and part, more of it is neither good nor bad. */
const CLEAR = 0.3

/** The columns of the chosen model that did anything, the largest first. None of a prior, or a base rate. */
export function driversOf({ choice, lesson, test }: Backtest): readonly Driver[] {
  if (choice.kind === 'prior') return []
  const predictor = predictorOf(choice.model)
  const { columns, n } = columnsOf(test, predictor.names)
  const parts = columns.map(() => new Float64Array(n))
  const [values, own] = [new Float64Array(columns.length), new Float64Array(columns.length)]
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < columns.length; k++) values[k] = columns[k]?.[i] ?? Number.NaN
    predictor.logit(values, 0, own)
    for (let k = 0; k < columns.length; k++) (parts[k] ?? own)[i] = own[k] ?? 0
  }
  const drivers = predictor.names.map((name, k) => {
    const feature = lesson.features.find((one) => one.name === name)
    const [column, raw] = [columns[k] ?? new Float64Array(n), parts[k] ?? new Float64Array(n)]
    const mean = raw.reduce((sum, x) => sum + x, 0) / n
    const centred = raw.map((x) => x - mean)
    return {
      name,
      label: feature?.label ?? name.replace(/^trait:/, ''),
      size: centred.reduce((sum, x) => sum + Math.abs(x), 0) / n,
      direction: directionOf(column, centred),
      values: column,
      parts: centred,
      explain: (value: number) => explained(value, name, feature),
    }
  })
  return drivers.filter(({ size }) => size > 0).toSorted((a, b) => b.size - a.size)
}

type Explaining = Readonly<{ explain(value: number): string; unknown?: string }>

function explained(value: number, name: string, feature: Explaining | undefined): string {
  if (Number.isNaN(value)) return feature?.unknown ?? `${name.replace(/^trait:/, '')}: not known`
  return feature?.explain(value) ?? `${name.replace(/^trait:/, '')}: ${Math.round(value * 100) / 100}`
}

function directionOf(values: Float64Array, parts: Float64Array): -1 | 0 | 1 {
  let [n, sumX, sumY, xy, xx, yy] = [0, 0, 0, 0, 0, 0]
  for (let i = 0; i < values.length; i++) {
    const [x, y] = [values[i] ?? Number.NaN, parts[i] ?? 0]
    if (Number.isNaN(x)) continue
    n++
    sumX += x
    sumY += y
    xy += x * y
    xx += x * x
    yy += y * y
  }
  const r = (n * xy - sumX * sumY) / Math.sqrt((n * xx - sumX ** 2) * (n * yy - sumY ** 2))
  return r > CLEAR ? 1 : r < -CLEAR ? -1 : 0
}

/** Of one member, what says most for a lapse (or, turned, against it), in words; at most `most`. */
export function reasonsFor(
  drivers: readonly Driver[],
  i: number,
  { most, against = false }: Readonly<{ most: number; against?: boolean }>,
): readonly string[] {
  const sign = against ? -1 : 1
  const part = ({ parts }: Driver) => sign * (parts[i] ?? 0)
  const speaking = drivers.filter((driver) => part(driver) > 0.05).toSorted((a, b) => part(b) - part(a))
  const words = speaking.map((driver) => driver.explain(driver.values[i] ?? Number.NaN))
  return [...new Set(words)].slice(0, most)
}
