import type { BandName } from '@perennial/risk'
import type { MemberRisk, Playbook } from './playbook.ts'

const LEVEL: Readonly<Record<BandName, number>> = { low: 1, medium: 2, high: 3 }

/**
 * Whether the record is a cause for the play: the member has just come to one
 * of its bands from a better one (or from none), and is one of those it is for.
 * Getting better is never a cause: from high to medium enters nothing.
 */
export function matches(playbook: Playbook, risk: MemberRisk): boolean {
  if (risk.previousBand !== null && LEVEL[risk.band] <= LEVEL[risk.previousBand]) return false
  if (!playbook.when.bandEntered.includes(risk.band)) return false
  return playbook.for.status.includes(risk.status) && risk.confidence >= playbook.for.minConfidence
}

/** The best band that is still a cause for the play: below it, the cause has passed. */
export function leastLevel(playbook: Playbook): number {
  return Math.min(...playbook.when.bandEntered.map((band) => LEVEL[band]))
}

/** 1 low, 2 medium, 3 high; 0 = none yet. */
export function levelOf(band: BandName | undefined): number {
  return band === undefined ? 0 : LEVEL[band]
}
