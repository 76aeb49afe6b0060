import {
  DAY_MS,
  type EpochMs,
  HALF_LIVES_DAYS,
  isEngagement,
  type Rows,
  signalSlot,
  type Vocabulary,
} from '@perennial/member'
import { type Feature, plural, still } from './feature.ts'

const WINDOW_MS = 365 * DAY_MS

/**
 * ln(1 + number of streams in which a person was active within the last 365
 * days). Breadth: who takes part in several ways has several reasons to stay.
 * Only last times are needed, so it is exact; it steps down when a stream's
 * last engagement is 365 days ago.
 */
export function streams365(vocabulary: Vocabulary): Feature {
  const streams = lastTimesByStream(vocabulary)
  return {
    name: 'streams_365',
    label: 'breadth of activity',
    drift: 'steps',

    value(rows, i, at) {
      let active = 0
      for (const slots of streams) if (latest(rows, i, slots) > at - WINDOW_MS) active++
      return Math.log1p(active)
    },

    slopeBound: still,

    nextStep(rows, i, at) {
      let step = Infinity
      for (const slots of streams) {
        const end = latest(rows, i, slots) + WINDOW_MS
        if (end > at && end < step) step = end
      }
      return step
    },

    explain(value) {
      const active = Math.round(Math.expm1(value))
      return active === 0 ? 'active in no way within a year' : `active in ${plural(active, 'way')} within a year`
    },
  }
}

/** For each stream the row slots with the last times of its signals: a signal's last time stands behind its sums. */
function lastTimesByStream({ signals }: Vocabulary): readonly (readonly number[])[] {
  const slots = Map.groupBy(signals.filter(isEngagement), ({ stream }) => stream)
  return [...slots.values()].map((list) => list.map(({ id }) => signalSlot(id) + HALF_LIVES_DAYS.length))
}

function latest({ f64, slots: stride }: Rows, i: number, slots: readonly number[]): EpochMs {
  const base = i * stride
  let at = 0
  for (const slot of slots) {
    const last = f64[base + slot] ?? 0
    if (last > at) at = last
  }
  return at
}
