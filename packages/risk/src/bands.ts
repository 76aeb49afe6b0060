import { DAY_MS, type EpochMs } from '@perennial/member'
import type { BandRules } from './model.ts'

/** As stored in `SLOT.band`: 0 none yet, 1 low, 2 medium, 3 high. */
export type BandNumber = 0 | 1 | 2 | 3

export type BandName = 'low' | 'medium' | 'high'

const NAMES = ['low', 'medium', 'high'] as const satisfies readonly BandName[]

/** The stored number as a band; anything else is no band. */
export function bandNumber(stored: number): BandNumber {
  return stored === 1 || stored === 2 || stored === 3 ? stored : 0
}

/** undefined for 0: no band yet. */
export function bandName(band: BandNumber): BandName | undefined {
  return NAMES[band - 1]
}

export type Bands = Readonly<{
  next(band: BandNumber, since: EpochMs, risk: number, at: EpochMs): BandNumber
  /** Risk at which the next higher band is entered; Infinity where there is none. */
  upperEdge(band: BandNumber): number
  /** Risk below which the band is left downwards; 0 where there is none. */
  lowerEdge(band: BandNumber): number
  /** How long a band entered at `since` cannot be left upwards, downwards. */
  riseFrom(since: EpochMs): EpochMs
  fallFrom(since: EpochMs): EpochMs
}>

/**
 * Rising, a band counts once its enter threshold is reached; falling, as long
 * as its exit threshold is held; and a band is kept for its hold. A member
 * without a band gets one at once, by the enter thresholds.
 */
export function bandsOf({ medium, high, holdDays }: BandRules): Bands {
  const riseFrom = (since: EpochMs) => since + holdDays.rise * DAY_MS
  const fallFrom = (since: EpochMs) => since + holdDays.fall * DAY_MS
  const entered = (risk: number): BandNumber => (risk >= high.enter ? 3 : risk >= medium.enter ? 2 : 1)
  const held = (risk: number): BandNumber => (risk >= high.exit ? 3 : risk >= medium.exit ? 2 : 1)
  return {
    next(band, since, risk, at) {
      const up = entered(risk)
      if (band === 0) return up
      if (up > band) return at >= riseFrom(since) ? up : band
      const down = held(risk)
      return down < band && at >= fallFrom(since) ? down : band
    },
    upperEdge: (band) => (band >= 3 ? Infinity : band === 2 ? high.enter : medium.enter),
    lowerEdge: (band) => (band <= 1 ? 0 : band === 2 ? medium.exit : high.exit),
    riseFrom,
    fallFrom,
  }
}
