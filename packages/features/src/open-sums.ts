import { HALF_LIVES_DAYS, SIGNAL_COUNT, type Vocabulary } from '@perennial/member'
import { decayedSum } from './decayed-sum.ts'
import type { Feature } from './feature.ts'

const OVER = { 30: 'lately', 90: 'this season', 365: 'over the year' } as const

/**
 * Of each open signal, friction too, one decayed sum per half-life: nobody has
 * said what it means, so each stands alone and a model finds its sign.
 */
export function openSums(vocabulary: Vocabulary): readonly Feature[] {
  return vocabulary.signals.slice(SIGNAL_COUNT).flatMap(({ id, name, label }) =>
    HALF_LIVES_DAYS.map((halfLifeDays) =>
      decayedSum({
        name: openSumName(halfLifeDays, name),
        label: `${label} ${OVER[halfLifeDays]}`,
        counts: (signal) => signal.id === id,
        halfLifeDays,
        unit: 'time',
        none: `as good as no ${label} ${OVER[halfLifeDays]}`,
      })(vocabulary),
    ),
  )
}

function openSumName(halfLifeDays: number, signal: string): string {
  return `sum_${halfLifeDays}:${signal}`
}

/** The name of the open signal that a feature of this name would be a sum of; undefined for other features. */
export function signalOfOpenSum(feature: string): string | undefined {
  const signal = /^sum_(\d+):(.+)$/s.exec(feature)
  const known = HALF_LIVES_DAYS.some((days) => String(days) === signal?.[1])
  return known ? signal?.[2] : undefined
}
