import type { BandName } from '@perennial/risk'

const LEVEL: Readonly<Record<BandName, number>> = { low: 1, medium: 2, high: 3 }

/** 1 low, 2 medium, 3 high; 0 = none yet. */
export function levelOf(band: BandName | null | undefined): number {
  return band === undefined || band === null ? 0 : LEVEL[band]
}
